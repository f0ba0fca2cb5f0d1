// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "scenario/scenario.h"

#include <array>

/// The words of the file format: one table each for reader, writer and error texts.
namespace pfnscope::scenario {

template <class T, std::size_t N> using Words = std::array<yaml::Word<T>, N>;

/// ->huge_fault of a driver; the sum of what it inserts.
enum class HugeFaultWord : std::uint8_t { None, Fallback, Pmd, Pud, PmdAndPud };

inline constexpr Words<Arch, 1> kArchWords{{{"x86_64", Arch::X86_64}}};
inline constexpr Words<std::uint8_t, 2> kGeometryWords{{{"4-level", 4}, {"5-level", 5}}};
inline constexpr Words<bool, 2> kKernelWords{{{"6.12", false}, {"7.x", true}}};
inline constexpr Words<mm::DepositStorage, 4> kDepositStorageWords{
    {{"ring_per_pmd_page", mm::DepositStorage::RingPerPmdPage},
     {"ring_per_mm", mm::DepositStorage::RingPerMm},
     {"slot_per_pmd", mm::DepositStorage::SlotPerPmd},
     {"overlaid_ring", mm::DepositStorage::OverlaidRing}}};
inline constexpr Words<mm::SplitOrder, 2> kSplitOrderWords{
    {{"flush_first", mm::SplitOrder::FlushFirst}, {"populate_first", mm::SplitOrder::PopulateFirst}}};
inline constexpr Words<machine::FaultHandler, 3> kFaultWords{{{"none", machine::FaultHandler::None},
                                                              {"pte", machine::FaultHandler::InsertPte},
                                                              {"sigbus", machine::FaultHandler::Sigbus}}};
inline constexpr Words<HugeFaultWord, 5> kHugeFaultWords{{{"none", HugeFaultWord::None},
                                                          {"fallback", HugeFaultWord::Fallback},
                                                          {"pmd", HugeFaultWord::Pmd},
                                                          {"pud", HugeFaultWord::Pud},
                                                          {"pmd+pud", HugeFaultWord::PmdAndPud}}};
inline constexpr Words<mm::CacheMode, 6> kCacheWords{{{"wb", mm::CacheMode::WriteBack},
                                                      {"wc", mm::CacheMode::WriteCombining},
                                                      {"uc-", mm::CacheMode::UncachedMinus},
                                                      {"uc", mm::CacheMode::Uncached},
                                                      {"wt", mm::CacheMode::WriteThrough},
                                                      {"wp", mm::CacheMode::WriteProtect}}};
inline constexpr Words<mm::Backing, 4> kBackingWords{{{"anonymous", mm::Backing::Anonymous},
                                                      {"shmem", mm::Backing::Shmem},
                                                      {"file", mm::Backing::File},
                                                      {"dax", mm::Backing::Dax}}};
inline constexpr Words<mm::Share, 2> kShareWords{
    {{"shared", mm::Share::Shared}, {"private", mm::Share::Private}}};
inline constexpr Words<mm::Protection, 8> kProtectionWords{{{"none", {false, false, false}},
                                                            {"r", {true, false, false}},
                                                            {"w", {false, true, false}},
                                                            {"x", {false, false, true}},
                                                            {"rw", {true, true, false}},
                                                            {"rx", {true, false, true}},
                                                            {"wx", {false, true, true}},
                                                            {"rwx", {true, true, true}}}};
inline constexpr Words<hw::AccessType, 4> kAccessWords{{{"read", hw::AccessType::Read},
                                                        {"write", hw::AccessType::Write},
                                                        {"exec", hw::AccessType::Fetch},
                                                        {"rmw", hw::AccessType::ReadModifyWrite}}};
inline constexpr Words<hw::Privilege, 2> kPrivilegeWords{
    {{"user", hw::Privilege::User}, {"kernel", hw::Privilege::Supervisor}}};
inline constexpr Words<mm::Advice, 11> kAdviceWords{{{"dontneed", mm::Advice::DontNeed},
                                                     {"free", mm::Advice::Free},
                                                     {"cold", mm::Advice::Cold},
                                                     {"pageout", mm::Advice::PageOut},
                                                     {"populate_read", mm::Advice::PopulateRead},
                                                     {"populate_write", mm::Advice::PopulateWrite},
                                                     {"collapse", mm::Advice::Collapse},
                                                     {"hugepage", mm::Advice::HugePage},
                                                     {"nohugepage", mm::Advice::NoHugePage},
                                                     {"dontfork", mm::Advice::DontFork},
                                                     {"dofork", mm::Advice::DoFork}}};
inline constexpr Words<mm::Migration, 2> kMigrationWords{
    {{"start", mm::Migration::Start}, {"finish", mm::Migration::Finish}}};

template <class T, std::size_t N> Result<T> readWord(const yaml::Node& node, const Words<T, N>& words) {
    return yaml::choice(node, std::span<const yaml::Word<T>>(words));
}
template <class T, std::size_t N> std::string_view wordFor(T value, const Words<T, N>& words) {
    return yaml::wordOf(value, std::span<const yaml::Word<T>>(words));
}

} // namespace pfnscope::scenario
