#!/bin/sh
# Symbol graphs of the libraries, with their doc comments, from the modules of a build.
#
#   Documentation/symbols.sh BUILD OUT      BUILD: .build/release, for instance
set -eu
build=$1
out=$2
mkdir -p "$out"
extract=$(command -v swift-symbolgraph-extract || xcrun --find swift-symbolgraph-extract 2>/dev/null || true)
[ -n "$extract" ] || { echo "swift-symbolgraph-extract: not in this toolchain" >&2; exit 1; }
target=$(swiftc -print-target-info | sed -n 's/^ *"unversionedTriple": "\(.*\)",*/\1/p' | head -n 1)
set -- -I "$build/Modules"
map() { # a module map, with its whole path
  case $1 in /*) path=$1 ;; *) path=$PWD/$1 ;; esac
  [ -f "$path" ]
}
for file in Sources/C*/module.modulemap Sources/C*/include/module.modulemap "$build"/CMatFile.build/module.modulemap; do
  if map "$file"; then set -- "$@" -Xcc "-fmodule-map-file=$path"; fi
done
# Where the dependencies lie depends on where the build does.
for folder in "$build/../checkouts" "$build/../../checkouts" "$build/../../../checkouts" .build/checkouts; do
  if map "$folder/Yams/Sources/CYaml/include/module.modulemap"; then
    set -- "$@" -Xcc "-fmodule-map-file=$path"
    break
  fi
done
for catalogue in Sources/*/*.docc; do
  name=$(basename "$catalogue" .docc)
  "$extract" -module-name "$name" "$@" -target "$target" -minimum-access-level public -skip-synthesized-members \
    -output-dir "$out"
done
