#!/bin/sh
# Puts a built command and what belongs to it below a prefix.
#
#   Packaging/install.sh BUILD PREFIX [DESTDIR]      BUILD: .build/release, for instance
set -eu
build=$1
prefix=$2
root=${3:-}$prefix
[ -x "$build/cellar" ] || { echo "$build/cellar: not built; 'make build' does it" >&2; exit 1; }
share=$root/share
folders="$root/bin $share/cellar $share/doc/cellar $share/man/man1 $share/bash-completion/completions
  $share/zsh/site-functions $share/fish/vendor_completions.d"
# shellcheck disable=SC2086
mkdir -p $folders
install -m 755 "$build/cellar" "$root/bin/cellar"
# What is there from another version goes, so that no file of it is taken for this one's.
for name in Cells Data Examples; do rm -rf "$share/cellar/$name"; done
cp -R Cells Data "$share/cellar/"
mkdir -p "$share/cellar/Examples"
# What reports draw with, where it was bundled.
rm -rf "$share/cellar/report-runtime"
runtime=$(dirname "$build")/report-runtime
if [ -d "$runtime" ]; then cp -R "$runtime" "$share/cellar/"; fi
cp -R Examples/Data Examples/Protocols Examples/Python "$share/cellar/Examples/"
find "$share/cellar" -name '__pycache__' -prune -exec rm -rf {} +
find "$share/cellar" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
rm -rf "$share/doc/cellar/Documentation"
cp -R Documentation "$share/doc/cellar/"
rm -f "$share/doc/cellar/Documentation/"*.sh
for name in README.md CHANGELOG.md CITATION.cff LICENSE; do install -m 644 "$name" "$share/doc/cellar/$name"; done
command=$build/cellar
# What each model is, for programs; a model's further parts have a number before their ending.
for model in "$share/cellar/Data/models"/*.json; do
  case $model in *.[0-9].json | *.[0-9][0-9].json) continue ;; esac
  "$command" models "$model" --json-ld "${model%.json}.jsonld"
done
"$command" --generate-completion-script bash >"$share/bash-completion/completions/cellar"
"$command" --generate-completion-script zsh >"$share/zsh/site-functions/_cellar"
"$command" --generate-completion-script fish >"$share/fish/vendor_completions.d/cellar.fish"
if command -v python3 >/dev/null 2>&1; then
  python3 Packaging/manual.py "$command" "$share/man/man1"
else
  echo "python3 is missing: the manual pages are left out" >&2
fi
