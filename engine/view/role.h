// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>

/// What a thing in a picture means, and how it differs from before: what themes give colours to.
namespace pfnscope::view {

/// How a thing differs from the other snapshot. Letters are drawn too, so that grey prints and plain text
/// keep the meaning.
enum class Mark : std::uint8_t { None, Added, Removed, Changed };
char letter(Mark mark); ///< ' ', '+', '-', '~'

/// What a thing means. Themes give each role one colour and one pattern; see ux.md's palette.
enum class Role : std::uint8_t {
    Plain,        ///< text, frames
    Space,        ///< an address space's heading
    TablePointer, ///< a table, or an entry that references one
    Page4K,
    Leaf2M,
    Leaf1G,
    Special, ///< a leaf without a struct page: a PFN map
    Soft,    ///< not present for the hardware, yet not zero
    Deposit,
    Device, ///< frames that are not RAM
    Vma,
    Fault,  ///< wrong: a table no one reaches, a pointer to no table
    Dimmed, ///< filtered out, or merged
};
/// "table-pointer": the name in SVG classes, JSON and theme files.
std::string_view name(Role role);
inline constexpr Role kAllRoles[] = {
    Role::Plain, Role::Space,   Role::TablePointer, Role::Page4K, Role::Leaf2M, Role::Leaf1G, Role::Special,
    Role::Soft,  Role::Deposit, Role::Device,       Role::Vma,    Role::Fault,  Role::Dimmed};

} // namespace pfnscope::view
