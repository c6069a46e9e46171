#!/bin/sh
# Takes away what install.sh put below a prefix, and nothing else.
#
#   Packaging/uninstall.sh PREFIX [DESTDIR]
set -eu
root=${2:-}$1
share=$root/share
rm -f "$root/bin/cellar" "$share/bash-completion/completions/cellar" "$share/zsh/site-functions/_cellar" \
  "$share/fish/vendor_completions.d/cellar.fish" "$share/man/man1/cellar.1" "$share/man/man1/cellar-"*.1
rm -rf "$share/cellar" "$share/doc/cellar"
