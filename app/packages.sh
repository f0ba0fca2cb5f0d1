# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run.sh and tests/run.sh: what has to be installed, and how.

BUILD_PACKAGES="g++ cmake ninja-build ccache pkg-config qt6-base-dev qt6-svg-dev libqcustomplot-dev libboost-graph-dev
    libboost-context-dev libyaml-cpp-dev libcli11-dev libfmt-dev libexpected-dev nlohmann-json3-dev zlib1g-dev fonts-dejavu-core"
TEST_PACKAGES="libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev libopenmpi-dev libboost-mpi-dev openmpi-bin xvfb xauth graphviz librsvg2-bin
    poppler-utils qemu-system-x86 desktop-file-utils appstream shared-mime-info dpkg-dev file
    chromium nodejs python3-jsonschema git"

# install_packages PACKAGE...: nothing to do when all are there; else by apt, as root or with sudo; else one line to type.
install_packages() {
    local missing=() as_root=() package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        # With a terminal sudo may ask for the password; without one it must not need it.
        if command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
            as_root=(sudo)
        else
            echo "Some packages are missing. As root, type:"
            echo "    apt-get install --no-install-recommends ${missing[*]}"
            return 1
        fi
    fi
    echo "Installing: ${missing[*]}"
    "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"
}
