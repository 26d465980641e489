#!/usr/bin/env bash
# Makes the certificates of the TLS tests with OpenSSL: tests/tls/make_certificates.sh DIRECTORY
# Nothing is kept in the repository, so that no private key is, and nothing expires.
set -eu
dir=${1:?usage: make_certificates.sh DIRECTORY}
[ "$dir/.complete" -nt "$0" ] && exit 0
rm -rf "$dir"
mkdir -p "$dir"
cd "$dir"

key() { # name, ec|p384|rsa|weak
  case "$2" in
    ec) openssl ecparam -name prime256v1 -genkey -noout -out "$1.key" ;;
    p384) openssl ecparam -name secp384r1 -genkey -noout -out "$1.key" ;;
    rsa) openssl genrsa -out "$1.key" 2048 ;;
    weak) openssl genrsa -out "$1.key" 1024 ;;
  esac 2>/dev/null
}

authority() { # name, key type
  key "$1" "$2"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 3650 -sha256 -out "$1.pem" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign"
  openssl x509 -in "$1.pem" -outform der -out "$1.der"
}

# name, key type, authority, subjectAltName, then further lines of extensions; DAYS, HASH and FROM may be set
issue() {
  local name=$1 type=$2 ca=$3 san=$4
  shift 4
  [ -e "$name.key" ] || key "$name" "$type"
  openssl req -new -key "$name.key" -subj "/CN=${CN:-$name}" -out "$name.csr"
  { [ -z "$san" ] || echo "subjectAltName=$san"; printf '%s\n' "$@"; } >"$name.ext"
  openssl x509 -req -in "$name.csr" -CA "$ca.pem" -CAkey "$ca.key" -CAcreateserial -"${HASH:-sha256}" \
    -days "${DAYS:-3650}" -extfile "$name.ext" -out "$name.pem" 2>/dev/null
  openssl x509 -in "$name.pem" -outform der -out "$name.der"
  rm -f "$name.csr" "$name.ext"
}

authority root ec
authority rsa_root rsa
authority other_root ec
NAMES="DNS:localhost,DNS:whit.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1"
issue server ec root "$NAMES" "extendedKeyUsage=serverAuth" "keyUsage=digitalSignature"
issue rsa_server rsa rsa_root "$NAMES" "extendedKeyUsage=serverAuth"
issue p384_server p384 root "$NAMES" "extendedKeyUsage=serverAuth"
issue client ec root "" "extendedKeyUsage=clientAuth"
issue rsa_client rsa root "" "extendedKeyUsage=clientAuth"
issue other_server ec other_root "$NAMES"
issue wrong_host ec root "DNS:elsewhere.test"
CN=localhost issue common_name ec root ""
LONG=$(for i in $(seq 60); do printf 'DNS:a-rather-long-name-number-%d.test,' "$i"; done)
cp server.key large.key
issue large ec root "${LONG}DNS:localhost"
issue wrong_usage ec root "$NAMES" "extendedKeyUsage=clientAuth"
DAYS=-1 issue expired ec root "$NAMES"
HASH=sha1 issue sha1 ec root "$NAMES"
HASH=md5 issue md5 rsa rsa_root "$NAMES"
issue weak weak rsa_root "$NAMES"
issue intermediate ec root "" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign"
issue chained ec intermediate "$NAMES"
cat chained.pem intermediate.pem >chained_full.pem
# A chain that is too long for anybody: ten authorities below the root.
previous=root
: >deep_chain.pem
for i in 0 1 2 3 4 5 6 7 8 9; do
  issue "deep$i" ec "$previous" "" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign"
  previous=deep$i
  cat "deep$i.pem" deep_chain.pem >deep_chain.tmp && mv deep_chain.tmp deep_chain.pem
done
issue deep ec "$previous" "$NAMES"
cat deep.pem deep_chain.pem >deep_full.pem
key self_signed ec
openssl req -x509 -new -key self_signed.key -subj "/CN=localhost" -days 3650 -out self_signed.pem -addext "subjectAltName=$NAMES"
# Valid from tomorrow on: openssl x509 cannot say so, openssl ca can.
key future ec
mkdir -p ca && : >ca/index.txt && echo 01 >ca/serial
cat >ca/ca.conf <<CONF
[ca]
default_ca=this
[this]
database=ca/index.txt
serial=ca/serial
new_certs_dir=ca
default_md=sha256
policy=any
copy_extensions=copy
[any]
commonName=supplied
CONF
openssl req -new -key future.key -subj "/CN=future" -addext "subjectAltName=$NAMES" -out future.csr
openssl ca -batch -config ca/ca.conf -cert root.pem -keyfile root.key -in future.csr -out future.pem -notext \
  -startdate "$(date -u -d '+2 days' +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d '+900 days' +%Y%m%d%H%M%SZ)" 2>/dev/null
rm -rf ca future.csr
for name in root server self_signed; do
  openssl x509 -in "$name.pem" -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary >"$name.pin"
done
cat root.pem rsa_root.pem >roots.pem
cat server.pem root.pem >server_with_root.pem
# Chains whose links do not hold: an authority that is none, one that may sign servers only, one that has expired, one
# that may not sign, and one that only bears the name of an anchor.
issue by_a_server ec server "$NAMES"
cat by_a_server.pem server.pem >by_a_server_full.pem
issue near ec root "" "basicConstraints=critical,CA:TRUE,pathlen:0" "keyUsage=critical,keyCertSign"
issue between ec near "" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign"
issue too_far ec between "$NAMES"
cat too_far.pem between.pem near.pem >too_far_full.pem
DAYS=-1 issue old_authority ec root "" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign"
issue by_an_expired ec old_authority "$NAMES"
cat by_an_expired.pem old_authority.pem >by_an_expired_full.pem
issue non_signer ec root "" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,cRLSign"
issue by_a_non_signer ec non_signer "$NAMES"
cat by_a_non_signer.pem non_signer.pem >by_a_non_signer_full.pem
issue constrained ec root "" "basicConstraints=critical,CA:TRUE" "keyUsage=critical,keyCertSign" \
  "nameConstraints=critical,permitted;DNS:elsewhere.test"
issue by_a_constrained ec constrained "$NAMES"
cat by_a_constrained.pem constrained.pem >by_a_constrained_full.pem
# Names that are almost the right ones: an address as a DNS name, a zero within, wildcards of other kinds, an e-mail address.
issue address_as_name ec root "DNS:127.0.0.1,DNS:::1"
issue zero_in_name ec root "DER:30:11:82:0f:6c:6f:63:61:6c:68:6f:73:74:00:2e:74:65:73:74"
issue wild_everything ec root "DNS:*,DNS:*.*.test,DNS:l*,DNS:*lhost,DNS:w*.wild.test"
issue by_mail ec root "email:localhost@localhost,URI:wss://localhost/"
issue agreement_only ec root "$NAMES" "keyUsage=critical,keyAgreement"
mkdir -p false && (cd false && authority root ec) && mv false/root.key false_root.key && mv false/root.pem false_root.pem
rm -rf false
issue namesake ec false_root "$NAMES"
touch .complete
