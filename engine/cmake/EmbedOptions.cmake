# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DOUT=file.cpp -DFILES=a.yaml,b.yaml -P EmbedOptions.cmake: the files as string constants, in that order.
string(REPLACE "," ";" files "${FILES}")
set(entries "")
set(count 0)
foreach(file IN LISTS files)
    file(READ "${file}" text)
    get_filename_component(name "${file}" NAME)
    string(APPEND entries "    {\"${name}\", R\"pfnscope(${text})pfnscope\"},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${OUT}.new" "// SPDX-License-Identifier: GPL-3.0-or-later
// Made from assets/options by engine/cmake/EmbedOptions.cmake.
#include \"option/shipped_options.h\"

#include <array>

namespace pfnscope::option {
namespace {
constexpr std::array<ShippedOption, ${count}> kFiles{{
${entries}}};
} // namespace

std::span<const ShippedOption> shippedOptions() {
    return kFiles;
}
} // namespace pfnscope::option
")
file(RENAME "${OUT}.new" "${OUT}")
