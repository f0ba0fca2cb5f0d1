#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package: built by cpack, looked into by dpkg, its files judged by the desktop's own validators, and the
# program run from where the package put it. With PFNSCOPE_INSTALL_PACKAGE set (tests/run.sh, as root) it is installed too.
source "$(dirname "$0")/setup.sh"
build_tree=$4
needs cpack dpkg-deb
unset PFNSCOPE_SCENARIOS # the package has to find its own

(cd "$build_tree" && cpack -G DEB -B "$folder") >cpack.log 2>&1 || { tail -20 cpack.log; fail "cpack"; }
package=$(find . -maxdepth 1 -name 'pfnscope_*.deb')
# Not grep -q, which leaves early: the pipe would fail with its writer.
dpkg-deb -f "$package" Depends | grep libqt6widgets6 >/dev/null || fail "the package does not name what it needs"
dpkg-deb -x "$package" root
for file in bin/pfnscope share/applications/org.pfnscope.pfnscope.desktop share/metainfo/org.pfnscope.pfnscope.metainfo.xml \
    share/mime/packages/pfnscope.xml share/icons/hicolor/scalable/apps/pfnscope.svg share/man/man1/pfnscope.1 \
    share/pfnscope/scenarios/lessons/01-what-a-page-table-is.yaml share/pfnscope/schema/diagram.schema.json \
    share/pfnscope/manual/guide.md share/pfnscope/manual/pictures/split.png share/doc/pfnscope/copyright; do
    [ -s "root/usr/$file" ] || fail "$file is not in the package"
done

if command -v desktop-file-validate >/dev/null; then
    desktop-file-validate root/usr/share/applications/*.desktop || fail "desktop entry"
fi
if command -v appstreamcli >/dev/null; then
    appstreamcli validate --no-net --pedantic root/usr/share/metainfo/*.xml || fail "AppStream metadata"
fi
if command -v update-mime-database >/dev/null; then
    cp -r root/usr/share/mime mime && update-mime-database mime >mime.log 2>&1 || fail "MIME type"
    grep -q 'pfnscope.yaml' mime/globs2 || fail "MIME type has no pattern"
fi
if command -v man >/dev/null; then
    warnings=$(man --warnings --local-file root/usr/share/man/man1/pfnscope.1 2>&1 >/dev/null)
    [ -z "$warnings" ] || fail "man page: $warnings"
fi

says() { # PROGRAM PATTERN ARGUMENTS...
    local program=$1 pattern=$2
    shift 2
    "$program" "$@" >said.txt || fail "$program $*"
    grep -q -- "$pattern" said.txt || fail "$program $*: nothing like $pattern"
}
run_it() {
    says "$1" '^pfnscope [0-9]' --version
    says "$1" '^thread/02-vfio-unmap-4k' scenarios
    says "$1" crash compare thread/02-vfio-unmap-4k --option mainline,naive --matrix
    says "$1" '^Answer' lesson 1 --batch
    "$1" render thread/02-vfio-unmap-4k --option A --format png -o picture.png || fail "it does not draw"
}
run_it root/usr/bin/pfnscope
# From sources to a prefix of one's own, as those do who build it.
cmake --install "$build_tree" --prefix "$folder/prefix" >prefix.log 2>&1 || { tail -5 prefix.log; fail "cmake --install"; }
run_it prefix/bin/pfnscope
if [ -n "${PFNSCOPE_INSTALL_PACKAGE:-}" ] && [ "$(id -u)" -eq 0 ] && ! dpkg-query -W pfnscope >/dev/null 2>&1; then
    apt-get install -qy --no-install-recommends "$PWD/$package" >install.log 2>&1 || { tail -5 install.log; fail "apt"; }
    trap 'dpkg -P pfnscope >/dev/null' EXIT
    run_it /usr/bin/pfnscope
    echo "installed by apt and run"
fi
echo "$(basename "$package") holds what it should and runs"
