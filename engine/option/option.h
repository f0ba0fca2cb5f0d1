// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// A design option as data: rules over facts that decide who deposits, who is believed to have a deposit,
/// what a split installs, what is refused. The code of mm/ asks the rules; it knows no option by name.
namespace pfnscope::option {

/// What a rule may ask. A fact is asked at the moment of the operation, and may have changed since the map
/// was made.
enum class Fact : std::uint8_t {
    ArchNeedsDeposit, ///< arch_needs_deposit: arch_needs_pgtable_deposit(), true only for powerpc hash
    VmaPfnmap,        ///< vma.pfnmap: VM_PFNMAP
    VmaMixedmap,      ///< vma.mixedmap: VM_MIXEDMAP
    VmaAnonymous,     ///< vma.anonymous: vma_is_anonymous(), that is vm_ops == NULL
    VmaDax,           ///< vma.dax: vma_is_dax()
    VmaFault,         ///< vma.fault: vm_ops has ->fault
    VmaHugeFault,     ///< vma.huge_fault: vm_ops has ->huge_fault
    VmaMarked,        ///< vma.marked: the VMA flag that `remap.mark` sets
    EntryMarked,      ///< entry.marked: the software bit that `leaf.mark` sets
    EntrySpecial,     ///< entry.special: pmd_special()
    EntryHugeZero,    ///< entry.huge_zero: is_huge_zero_pmd()
    EntryAnon,        ///< entry.anon: the entry's folio is anonymous
    EntryFile,        ///< entry.file: the entry has a folio, and it is not anonymous
    PmdLocksDiffer,   ///< pmd_locks_differ: the old and the new place of a move have different PMD locks
};
inline constexpr std::size_t kFactCount = 14;

/// "vma.fault" and so on, as YAML writes them.
std::string_view name(Fact fact);
/// One sentence for people: what the fact means and where the kernel asks it.
std::string_view meaning(Fact fact);

class Facts {
public:
    Facts& set(Fact fact, bool value = true) {
        bits_.set(static_cast<std::size_t>(fact), value);
        return *this;
    }
    bool has(Fact fact) const { return bits_.test(static_cast<std::size_t>(fact)); }
    bool operator==(const Facts&) const = default;

private:
    std::bitset<kFactCount> bits_;
};

/// `always`, `never`, a fact, or `all` / `any` / `not` of rules.
class Rule {
public:
    enum class Kind : std::uint8_t { Never, Always, Fact, All, Any, Not };

    static Rule never() { return Rule(Kind::Never); }
    static Rule always() { return Rule(Kind::Always); }
    static Rule fact(Fact fact);
    static Rule all(std::vector<Rule> parts);
    static Rule any(std::vector<Rule> parts);
    static Rule negation(Rule part);

    bool holds(const Facts& facts) const;
    Kind kind() const { return kind_; }
    Fact askedFact() const { return fact_; } ///< of a Kind::Fact
    const std::vector<Rule>& parts() const { return parts_; }
    bool operator==(const Rule&) const = default;

private:
    explicit Rule(Kind kind) : kind_(kind) {}
    Kind kind_ = Kind::Never;
    Fact fact_ = Fact::ArchNeedsDeposit;
    std::vector<Rule> parts_;
};

/// "all(vma.pfnmap, not(vma.fault))": for people and for the JSON output.
std::string toText(const Rule& rule);

enum class NoTable : std::uint8_t { Ptes, LeafWithoutDeposit, Fail };
/// Which comes first when remap makes a leaf, and whether the PMD lock is held for it.
enum class RemapOrder : std::uint8_t {
    DepositFirstLocked,
    LeafFirstLocked,
    DepositFirstUnlocked,
    LeafFirstUnlocked
};
/// What if the PMD already holds a PTE table: keep to PTEs, or free that table (by the helper for kernel
/// maps, which counts nothing).
enum class OverTable : std::uint8_t { Ptes, Free };
/// Page protection from 4K to 2M form and back: bit 7 <-> bit 12 converted, or copied as it is.
enum class LeafProt : std::uint8_t { Raw, Converted };
enum class SplitSpecial : std::uint8_t { Drop, Refill };

/// The slots, with the names that files use ("remap.deposit" is remapDeposit). The defaults are the kernel of
/// today.
struct Option {
    std::string name;
    std::string title;  ///< one line
    std::string source; ///< where in the mail it comes from
    std::string about;

    Rule remapHuge = Rule::never();
    Rule remapDeposit = Rule::never();
    Rule remapRefuse = Rule::never();
    Rule remapMark = Rule::never();
    NoTable remapNoTable = NoTable::Ptes;
    RemapOrder remapOrder = RemapOrder::DepositFirstLocked;
    OverTable remapOverTable = OverTable::Ptes;
    Rule leafMark = Rule::never();
    LeafProt leafProt = LeafProt::Raw;
    Rule insertDeposit = Rule::fact(Fact::ArchNeedsDeposit);
    Rule fileDeposit = Rule::fact(Fact::ArchNeedsDeposit);
    Rule forkDeposit = Rule::never();
    Rule zapDeposited = hasDepositedPgtable();
    Rule splitDeposited = Rule::any({Rule::fact(Fact::VmaAnonymous), Rule::fact(Fact::ArchNeedsDeposit)});
    SplitSpecial splitSpecial = SplitSpecial::Drop;
    Rule moveDeposited = pmdMoveMustWithdraw();

    bool operator==(const Option&) const = default;

    /// has_deposited_pgtable() of 7.1, in its order: arch, huge zero unless DAX, anonymous folio.
    static Rule hasDepositedPgtable();
    /// pmd_move_must_withdraw(): the locks differ and the VMA is anonymous, or the architecture always needs
    /// it.
    static Rule pmdMoveMustWithdraw();
};

} // namespace pfnscope::option
