#!/usr/bin/env bash
# Makes an authority and certificates of it in a folder, once: certificates.sh FOLDER. The server is 192.0.2.2 (the host, as an
# emulated board sees it), 127.0.0.1, localhost and server.example; the board is 192.0.2.15 (as it sees itself), 127.0.0.1,
# localhost and board.example.
set -eu
mkdir -p "$1"
cd "$1"
made() { [ -s board.key.der ] && [ -s server.pem ] && openssl x509 -in server.pem -noout -checkend 86400 >/dev/null; }
certificate() { # NAME ALTERNATIVE_NAMES
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=whit example $1" -out "$1.csr"
  echo "subjectAltName=$2" >names
  openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -CAcreateserial -days 365 -extfile names -out "$1.pem.new"
}
made && exit 0
exec 9>lock
flock 9
made && exit 0
{
  openssl ecparam -name prime256v1 -genkey -noout -out authority.key
  openssl req -x509 -new -key authority.key -subj "/CN=whit example authority" -days 3650 -out authority.pem
  openssl x509 -in authority.pem -outform der -out authority.der
  certificate board DNS:localhost,DNS:board.example,IP:127.0.0.1,IP:192.0.2.15
  openssl x509 -in board.pem.new -outform der -out board.der
  openssl ec -in board.key -outform der -out board.key.der
  certificate server DNS:localhost,DNS:server.example,IP:127.0.0.1,IP:192.0.2.2
  mv board.pem.new board.pem
  mv server.pem.new server.pem
} >openssl.log 2>&1 || { cat openssl.log; exit 1; }
