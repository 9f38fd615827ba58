#!/bin/sh
# Run by dev container tools as root while they build the image: puts `nearside` on the PATH and, when asked to, debuggers.
# The executable lies beside this file as nearside-ARCHITECTURE (scripts/feature puts it there) and is checked by its SHA-256.
# Nothing is fetched but packages of the distribution; what cannot be done fails the build, with what to do.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${NEARSIDE_PREFIX:-/usr/local}

fail() {
  printf 'nearside: %s\n' "$*" >&2
  exit 1
}

install_packages() {
  if command -v apt-get >/dev/null; then
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"
  elif command -v apk >/dev/null; then
    apk add --no-cache "$@"
  elif command -v dnf >/dev/null; then
    dnf install -y "$@"
  else
    fail "this image has none of apt-get, apk, dnf; install by hand: $*"
  fi
}

# The package that holds a debugger; Alpine alone calls one of them otherwise.
package_of() {
  case $1 in
    dlv) echo delve ;;
    lldb-dap) echo lldb ;;
    debugpy) if command -v apk >/dev/null; then echo py3-debugpy; else echo python3-debugpy; fi ;;
  esac
}

case $(uname -m) in
  x86_64) architecture=x64 ;;
  aarch64 | arm64) architecture=arm64 ;;
  *) fail "there is no executable for $(uname -m)" ;;
esac
executable=nearside-$architecture
[ -f "$here/$executable" ] || fail "$executable is not in this Feature: run scripts/feature on such a machine and copy it here"
(cd "$here" && grep " $executable\$" SHA256SUMS | sha256sum -c - >/dev/null) || fail "$executable is not what was packed: its SHA-256 differs"

mkdir -p "$prefix/bin"
cp "$here/$executable" "$prefix/bin/nearside"
chmod 755 "$prefix/bin/nearside"
if ! "$prefix/bin/nearside" --version >/dev/null 2>&1; then
  missing=$(ldd "$prefix/bin/nearside" 2>/dev/null | sed -n 's/^[[:space:]]*\(.*\) => not found.*/\1/p' | tr '\n' ' ')
  fail "nearside does not run here; missing: ${missing:-an executable that was linked for this system}"
fi

for debugger in $(printf '%s' "${DEBUGGERS:-}" | tr ',' ' '); do
  package=$(package_of "$debugger")
  [ -n "$package" ] || fail "debuggers are dlv, lldb-dap, debugpy, and not '$debugger'"
  install_packages "$package"
done
printf 'nearside: %s is installed\n' "$("$prefix/bin/nearside" --version | head -n 1)"
