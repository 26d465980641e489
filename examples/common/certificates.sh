#!/usr/bin/env bash
# Makes an authority and a server's certificate of it in a folder, once: certificates.sh FOLDER. The server is
# 192.0.2.2 (the host, as an emulated board sees it), 127.0.0.1, localhost and server.example.
set -eu
mkdir -p "$1"
cd "$1"
[ -s server.pem ] && openssl x509 -in server.pem -noout -checkend 86400 >/dev/null && exit 0
exec 9>lock
flock 9
[ -s server.pem ] && openssl x509 -in server.pem -noout -checkend 86400 >/dev/null && exit 0
{
  openssl ecparam -name prime256v1 -genkey -noout -out authority.key
  openssl req -x509 -new -key authority.key -subj "/CN=whit example authority" -days 3650 -out authority.pem
  openssl x509 -in authority.pem -outform der -out authority.der
  openssl ecparam -name prime256v1 -genkey -noout -out server.key
  openssl req -new -key server.key -subj "/CN=whit example server" -out server.csr
  echo "subjectAltName=DNS:localhost,DNS:server.example,IP:127.0.0.1,IP:192.0.2.2" >names
  openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 365 -extfile names \
    -out server.pem.new
  mv server.pem.new server.pem
} >openssl.log 2>&1 || { cat openssl.log; exit 1; }
