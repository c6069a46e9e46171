#!/bin/sh
# A Debian package of a build, in its folder; needs dpkg-dev.
#
#   Packaging/debian.sh BUILD OUT      BUILD: .build/release, for instance; OUT: where the package goes
set -eu
build=$1
out=$2
for program in dpkg-deb dpkg-shlibdeps dpkg-architecture patchelf; do
  command -v "$program" >/dev/null 2>&1 || { echo "$program is missing (Debian: dpkg-dev, patchelf)" >&2; exit 1; }
done
version=$("$build/cellar" --version)
architecture=$(dpkg-architecture -qDEB_HOST_ARCH)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
Packaging/install.sh "$build" /usr "$tree"
strip --strip-unneeded "$tree/usr/bin/cellar"
# Debian has no package of Swift's runtime: what the command needs of it comes along.
runtime=$(ldd "$build/cellar" | sed -n 's#.*=> \(/.*/lib/swift/linux/lib[^ ]*\) .*#\1#p')
if [ -n "$runtime" ]; then
  mkdir -p "$tree/usr/lib/cellar"
  for library in $runtime; do
    install -m 644 "$library" "$tree/usr/lib/cellar/"
    patchelf --set-rpath '$ORIGIN' "$tree/usr/lib/cellar/$(basename "$library")"
  done
  strip --strip-unneeded "$tree"/usr/lib/cellar/*.so
  patchelf --set-rpath '$ORIGIN/../lib/cellar' "$tree/usr/bin/cellar"
fi
# zsh looks for completions of packages elsewhere.
mkdir -p "$tree/usr/share/zsh/vendor-completions"
mv "$tree/usr/share/zsh/site-functions/_cellar" "$tree/usr/share/zsh/vendor-completions/_cellar"
rmdir "$tree/usr/share/zsh/site-functions"
gzip -9n "$tree"/usr/share/man/man1/*.1
mv "$tree/usr/share/doc/cellar/CHANGELOG.md" "$tree/usr/share/doc/cellar/changelog"
gzip -9n "$tree/usr/share/doc/cellar/changelog"
rm "$tree/usr/share/doc/cellar/LICENSE"
cat >"$tree/usr/share/doc/cellar/copyright" <<END
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Cellar

Files: *
Copyright: The Cellar maintainers
License: Apache-2.0
 On Debian systems the full text is in /usr/share/common-licenses/Apache-2.0.
END
# dpkg-shlibdeps reads debian/control where it is run.
mkdir -p "$work/debian" "$tree/DEBIAN"
printf 'Source: cellar\n\nPackage: cellar\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && find tree/usr/bin/cellar tree/usr/lib/cellar -type f 2>/dev/null |
  xargs dpkg-shlibdeps -O --ignore-missing-info -Stree -ltree/usr/lib/cellar | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "no dependencies found; is the command built for this system?" >&2; exit 1; }
size=$(du -k -s "$tree/usr" | cut -f 1)
cat >"$tree/DEBIAN/control" <<END
Package: cellar
Version: $version
Architecture: $architecture
Maintainer: The Cellar maintainers <maintainers@users.noreply.cellar.example>
Installed-Size: $size
Depends: $depends
Recommends: mdbtools
Suggests: slurm-client, python3
Section: science
Priority: optional
Description: battery cells: simulation, ageing, lifetime, materials
 From a material to a cell, from a cell to its life: pseudo-2D simulation of
 battery cells with ageing, import of what cyclers write, state of health and
 remaining life with intervals, predictors and sustainability scores of
 electrode materials.
END
(cd "$tree" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
mkdir -p "$out"
package=$out/cellar_${version}_$architecture.deb
dpkg-deb --build --root-owner-group "$tree" "$package" >/dev/null
echo "$package"
