# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DOUT=file.cpp -DFILES=a.yaml,b.yaml -DNAMESPACE=pfnscope::x -DFUNCTION=f -P EmbedFiles.cmake: a function that
# gives the files as string constants, in that order. See pfnscope_embed.
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
// Made from assets/ by engine/cmake/EmbedFiles.cmake.
#include \"base/embedded_file.h\"

#include <array>
#include <span>

namespace ${NAMESPACE} {
std::span<const pfnscope::EmbeddedFile> ${FUNCTION}();
namespace {
constexpr std::array<pfnscope::EmbeddedFile, ${count}> k_${FUNCTION}{{
${entries}}};
} // namespace

std::span<const pfnscope::EmbeddedFile> ${FUNCTION}() {
    return k_${FUNCTION};
}
} // namespace ${NAMESPACE}
")
file(RENAME "${OUT}.new" "${OUT}")
