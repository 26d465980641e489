#!/usr/bin/env bash
# Fetches the sources of lwIP 2.2 and mbedTLS 3.6 LTS as Debian source packages (suite trixie), so that host and firmware
# build the same code. To be run: tests/sources.sh [lwip] [mbedtls], or sourced: fetch_sources lwip mbedtls.
# They land in $WHIT_SOURCES_DIR, by default build/sources; there CMake looks when WHIT_LWIP_DIR or WHIT_MBEDTLS_DIR is not set.

# A private sources.list derived from the machine's own archive: same host and keyring, only sources, only trixie.
_trixie_list() {
  local uri
  uri=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
    sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *(https?:[^ ]+\/debian)\/?( .*)?$/\3/p' | head -n 1)
  [ -n "$uri" ] || { echo "no Debian archive among the machine's apt sources"; return 1; }
  echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri trixie main"
}

_fetch_source() {
  local name=$1 dir=$2 apt=$2/.apt log=$2/.log
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" || return 1
  _trixie_list >"$apt/sources.list" || return 1
  rm -rf "$dir/.unpack" && mkdir -p "$dir/.unpack" || return 1
  # An apt that runs as root hands downloads to an unprivileged user, who may not write here.
  local options=(-q -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists"
    -o "Dir::Cache::archives=$apt/archives" -o "Dir::Cache::pkgcache=" -o "Dir::Cache::srcpkgcache=" -o APT::Sandbox::User=root)
  {
    timeout 300 apt-get "${options[@]}" update &&
      (cd "$dir/.unpack" && timeout 300 apt-get "${options[@]}" source "$name")
  } >"$log" 2>&1 || { tail -n 20 "$log"; echo "cannot fetch the source of $name"; return 1; }
  local unpacked
  unpacked=$(find "$dir/.unpack" -mindepth 1 -maxdepth 1 -type d | head -n 1)
  [ -n "$unpacked" ] || { echo "the source of $name did not unpack"; return 1; }
  mv "$unpacked" "$dir/$name" && rm -rf "$dir/.unpack"
}

fetch_sources() {
  local root dir name
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  dir=${WHIT_SOURCES_DIR:-$root/build/sources}
  for name in "$@"; do
    [ -d "$dir/$name" ] && continue
    # shellcheck source=tests/packages.sh
    . "$root/tests/packages.sh"
    install_packages dpkg-dev patch xz-utils || return 1
    echo "fetching the source of $name"
    _fetch_source "$name" "$dir" || return 1
  done
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  [ $# -gt 0 ] || set -- lwip mbedtls
  fetch_sources "$@"
fi
