# Installs Debian packages by name, those that are missing only. To be sourced: install_packages g++ cmake ...

_as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  echo "installing: ${missing[*]}"
  { _as_root apt-get update -q && _as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"${TMPDIR:-/tmp}/whit-packages.log" 2>&1 || {
    tail -n 20 "${TMPDIR:-/tmp}/whit-packages.log"
    return 1
  }
}

# Node.js comes from anywhere; Debian's is taken where there is none.
install_node() {
  command -v node >/dev/null && command -v npm >/dev/null && return 0
  install_packages nodejs npm
}
