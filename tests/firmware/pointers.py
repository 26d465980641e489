"""What calls through pointers can reach: (the place, what it may call), both regular expressions.

A place is "FUNCTION: SOURCE LINE" of the call, the function without its arguments; what it may call are functions of the image, with
their namespaces and arguments. The first rule that fits holds. None: whatever would be called is never set in the images.
Neither has "(anonymous namespace)::". "{0}" of what is called is the first group of the place; where the line does not tell it, any of
TRANSPORT.
"""
import re

ANONYMOUS = "(anonymous namespace)::"
TRANSPORT = "(?:connect|poll|rx|rx_consume|tx|tx_held|close|error|secure|next_deadline)"
METHOD = rf"(?:.*?(?:->|\.)({TRANSPORT})\(|$)"  # of a line, or of none
TCP = r"^whit::(lwip::(Tcp|Stream)|Transport)::{0}\("
ANY = r"^whit::(lwip::(Tcp|Stream)|mbedtls::Tls|Transport)::{0}\("
BOARD_ENTROPY = r"^whit::board::entropy\(\)::"
ENTROPY = r"^whit::board::entropy\(\)::|^whit::mbedtls::Drbg::entropy\(\)::|::Client::fill\("

RULES = [
    # whit
    (r"^whit::.*: .*entropy_?\.fill\(", ENTROPY),
    (r"^whit::mbedtls::Drbg::gather: ", BOARD_ENTROPY),
    (r"^whit_board_entropy: ", BOARD_ENTROPY),
    (r"^whit::Client::fill: .*config\.entropy\(", r"^whit_board_entropy$"),
    (r"^whit::WebSocket::.*handshake_->(read|write)", r"^whit::(detail::Client|Server)Handshake::{0}(_from|_to)?\("),
    (r"^whit::detail::ClientHandshake::ClientHandshake: .*reset_", r"^whit::Refusal::reset\("),
    (r"^whit::detail::ClientHandshake::.*consume_", r"^whit::Refusal::consume\("),
    (r"^whit::(?:detail::ClientHandshake|WebSocket)::.*fields_->check\(", r"^whit::detail::(\(anonymous namespace\)::)?check_\w+\("),
    (r"^whit::detail::ClientHandshake::.*fields_->show\(", r"^whit::detail::(\(anonymous namespace\)::)?show_\w+\("),
    (r"^whit::detail::ClientHandshake::.*fields_->put\(", r"^whit::detail::(\(anonymous namespace\)::)?put_(fields|subprotocols)\("),
    (r"^whit::detail::ClientHandshake::.*fields_->choose\(", r"^whit::detail::choose_subprotocol\("),
    (r"^whit::ServerHandshake::decide: ", r"^answer\("),
    (r"^whit::.*unmask_\(", r"^whit::detail::mask\("),
    (r"^whit::Session::poll: .*poll_\(", r"^whit::Session::Session\(.*\{lambda"),
    (r"^whit::Session::schedule: .*policy\(", r"^whit::default_policy\(|::session_options\(\)::\{lambda"),
    (r"^whit::Session::schedule: .*new_credentials", None),
    (r"^whit::(?:Session::wall|mbedtls::Config::time): ", r"^whit::board::wall_clock\("),
    (rf"^whit::mbedtls::Tls::\w+: {METHOD}", TCP),
    (rf"^whit::(?:WebSocket|Session)::\w+: {METHOD}", ANY),
    (rf"^(?:main|Server::\w+|Connection::\w+): {METHOD}", ANY),
    (rf"^app::accept: {METHOD}", TCP),
    (r"^whit::lwip::(?:Stream::news|TcpListener::on_accept): .*news\(|wake_\.call", None),
    (r"^whit_(?:reset|startup): ", r"^_GLOBAL__sub_I_"),
    # lwIP
    (r"^tcp_\w+: +TCP_EVENT_(?:RECV|CLOSED)", r"^whit::lwip::Stream::on_received\(|^tcp_recv_null$"),
    (r"^tcp_\w+: +TCP_EVENT_SENT", r"^whit::lwip::Stream::on_sent\("),
    (r"^tcp_\w+: +TCP_EVENT_ERR", r"^whit::lwip::Stream::on_error\("),
    (r"^tcp_\w+: +TCP_EVENT_CONNECTED", r"^whit::lwip::Stream::on_connected\("),
    (r"^tcp_\w+: +TCP_EVENT_ACCEPT", r"^whit::lwip::TcpListener::on_accept\(|^tcp_accept_null$"),
    (r"^tcp_\w+: +TCP_EVENT_POLL", None),
    (r"^dns_call_found: ", r"^whit::lwip::Tcp::on_answer\("),
    (r"^udp_input: ", r"^(dns|dhcp)_recv$"),
    (r"^sys_check_timeouts: ", r"^(lwip_cyclic_timer|tcpip_tcp_timer)$"),
    (r"^lwip_cyclic_timer: ", r"^(tcp|etharp|dns|ip_reass)_tmr$|^dhcp_(fine|coarse)_tmr$"),
    (r"^netif_add: ", r"^whit::hardware::network_start\("),
    (r"^ip4_output_if_src: ", r"^(etharp_output|slipif_output_v4|netif_null_output_ip4)$"),
    (r"^ethernet_output: ", r"^whit::hardware::(transmit|send)\("),
    (r": .*(?:self|netif)->input\(", r"^netif_input$"),
    # mbedTLS
    (r"^mbedtls_cipher_setup: ", r"^(aes|gcm)_ctx_alloc$"),
    (r"^mbedtls_cipher_free: ", r"^(aes|gcm)_ctx_free$"),
    (r"^mbedtls_cipher_setkey: ", r"^(gcm_)?aes_setkey_enc_wrap$|^gcm_aes_setkey_wrap$"),
    (r"^mbedtls_cipher_update: ", r"^aes_crypt_ecb_wrap$"),
    (r"^mbedtls_pk_setup: ", r"^(rsa|eckey)_alloc_wrap$"),
    (r"^mbedtls_pk_free: ", r"^(rsa|eckey)_free_wrap$"),
    (r"^mbedtls_pk_can_do: ", r"^(rsa|eckey|eckeydh|ecdsa)_can_do$"),
    (r"^mbedtls_pk_get_bitlen: ", r"^(rsa|eckey)_get_bitlen$"),
    (r"^mbedtls_pk_(verify|sign)_restartable: ", r"^(rsa|ecdsa)_{0}_wrap$"),
    (r"^mbedtls_pk_check_pair: ", r"^(rsa|eckey)_check_pair_wrap$"),
    (r"^mbedtls_platform_zeroize: ", r"^memset$"),
    (r"f_rng\(", r"^whit::mbedtls::Drbg::random\("),
    (r"^mbedtls_ctr_drbg_reseed_internal: ", r"^whit::mbedtls::Drbg::gather\("),
    (r": .*f_recv\(", r"^whit::mbedtls::Tls::recv\("),
    (r": .*f_send\(", r"^whit::mbedtls::Tls::send\("),
    (r": .*f_(?:recv_timeout|[gs]et_timer|export_keys|[gs]et_cache|sni|cert_cb)\b", None),
    (r": .*->update_checksum\(", r"^ssl_update_checksum_(start|sha256)$"),
    (r": .*->calc_(finished|verify)\(", r"^ssl_calc_{0}_tls_sha256$"),
    (r": .*tls_prf\(", r"^tls_prf_sha256$"),
    (r"^ecp_modp: ", r"^ecp_mod_p256$"),
    (r"^mbedtls_asn1_traverse_sequence_of: ", r"^asn1_get_sequence_of_cb$"),
    (r"^x509_crt_merge_flags_with_cb: ", r"^whit::mbedtls::Verifier::check\("),
    (r"^x509_get_crt_ext: ", None),
]
RULES = [(re.compile(place), called) for place, called in RULES]

# Functions whose address is taken and that nobody calls: of tables that have more than is used, and what a server does not do;
# destructors of what lives for ever (__tcf_0 of an array).
UNCALLED = re.compile(r"::~\w+\(|^__tcf_\d+$|^whit::(lwip::Tcp|mbedtls::Tls)::connect\(|^whit::(Transport|mbedtls::Tls)::secure\("
                      r"|^(rsa|eckey)_(debug|check_pair_wrap|(en|de)crypt_wrap|get_bitlen)$|^whit_(reset|fault)$")


class Pointers:
    """The rules, and which of them have been of use."""

    def __init__(self):
        self.used = set()

    def targets(self, place, functions):
        """Addresses that the call at a place can reach, none if what it would call is not in the image; None if there is no rule."""
        for number, (pattern, called) in enumerate(RULES):
            found = pattern.search(place)
            if not found:
                continue
            if called is None:
                self.used.add(number)
                return set()
            match = re.compile(called.replace("{0}", (found[1] if found.re.groups else "") or TRANSPORT))
            reached = {address for address, one in functions.items() if match.search(one.name.replace(ANONYMOUS, ""))}
            if reached:
                self.used.add(number)
            return reached
        return None

    def unused(self):
        """Rules that no image needs, or that reach nothing in any."""
        return [RULES[number][0].pattern for number in range(len(RULES)) if number not in self.used]
