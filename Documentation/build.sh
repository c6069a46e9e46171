#!/bin/sh
# The documentation as one site, by the toolchain's docc: the pages of this folder and the libraries' reference.
#
#   Documentation/build.sh BUILD OUT      BUILD: .build/release, for instance
#
# A warning is an error. The site wants a server, whatever it is: python3 -m http.server --directory OUT
set -eu
build=$1
out=$2
docc=$(command -v docc || xcrun --find docc 2>/dev/null) || { echo "docc: not in this toolchain" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
Documentation/symbols.sh "$build" "$work/graphs"

# Links between pages are those of a code host; docc has its own. Files that are no pages stay as their names.
mkdir -p "$work/Cellar.docc"
for page in Documentation/*.md; do
  name=$(basename "$page" .md)
  [ "$name" != README ] || name=Cellar
  sed -E -e 's#\]\(([A-Za-z]+)\.md(\#[^)]*)?\)#](doc:\1)#g' \
    -e 's#\]\(\.\./Sources/[A-Za-z]+/([A-Za-z]+)\.docc/[A-Za-z]+\.md\)#](/documentation/\L\1)#g' \
    -e 's#\[([^]]*)\]\(\.\./[^)]*\)#\1#g' \
    -e 's#^( *```[a-z]+) [A-Za-z.]+$#\1#' "$page" >"$work/Cellar.docc/$name.md"
done
printf '\n@Metadata {\n  @TechnologyRoot\n}\n' >>"$work/Cellar.docc/Cellar.md"

convert() { # CATALOGUE NAME GRAPHS
  "$docc" convert "$1" --additional-symbol-graph-dir "$3" --fallback-display-name "$2" \
    --fallback-bundle-identifier "cellar.$2" --warnings-as-errors --output-path "$work/$2.doccarchive"
}
mkdir "$work/none"
convert "$work/Cellar.docc" Cellar "$work/none"
for catalogue in Sources/*/*.docc; do
  name=$(basename "$catalogue" .docc)
  mkdir "$work/$name"
  mv "$work/graphs/$name.symbols.json" "$work/$name/"
  for extension in "$work/graphs/$name"@*.symbols.json; do [ ! -f "$extension" ] || mv "$extension" "$work/$name/"; done
  convert "$catalogue" "$name" "$work/$name"
done
rm -rf "$out"
"$docc" merge "$work/"*.doccarchive --synthesized-landing-page-name Cellar --output-path "$out"
echo "$out"
