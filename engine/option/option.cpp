// SPDX-License-Identifier: GPL-3.0-or-later
#include "option/option.h"

#include <algorithm>

namespace pfnscope::option {
namespace {

struct FactWords {
    Fact fact;
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array<FactWords, kFactCount> kFacts{{
    {Fact::ArchNeedsDeposit, "arch_needs_deposit",
     "arch_needs_pgtable_deposit(): every huge PMD needs a table, true only for powerpc with the hash MMU"},
    {Fact::VmaPfnmap, "vma.pfnmap", "VM_PFNMAP is set: the map shows frames without struct page"},
    {Fact::VmaMixedmap, "vma.mixedmap", "VM_MIXEDMAP is set: frames and pages in one map"},
    {Fact::VmaAnonymous, "vma.anonymous", "vma_is_anonymous(): vm_ops is NULL"},
    {Fact::VmaDax, "vma.dax", "vma_is_dax(): the file lives on a DAX device"},
    {Fact::VmaFault, "vma.fault", "vm_ops->fault is set"},
    {Fact::VmaHugeFault, "vma.huge_fault", "vm_ops->huge_fault is set"},
    {Fact::VmaMarked, "vma.marked", "the option's own VMA flag, set by remap.mark"},
    {Fact::EntryMarked, "entry.marked", "the option's own software bit of the entry, set by leaf.mark"},
    {Fact::EntrySpecial, "entry.special", "pmd_special(): the entry has no struct page to count"},
    {Fact::EntryHugeZero, "entry.huge_zero", "is_huge_zero_pmd(): the shared page of zeros"},
    {Fact::EntryAnon, "entry.anon", "the entry's folio is anonymous"},
    {Fact::EntryFile, "entry.file", "the entry has a folio that belongs to a file or to shmem"},
    {Fact::PmdLocksDiffer, "pmd_locks_differ",
     "the old and the new place of a move are under different PMD locks"},
}};

constexpr bool inOrder() {
    for (std::size_t i = 0; i < kFacts.size(); ++i)
        if (static_cast<std::size_t>(kFacts[i].fact) != i)
            return false;
    return true;
}
static_assert(inOrder());

std::string list(std::string_view word, const std::vector<Rule>& parts) {
    std::string text(word);
    text += '(';
    for (const Rule& part : parts) {
        if (&part != &parts.front())
            text += ", ";
        text += toText(part);
    }
    return text + ')';
}

} // namespace

std::string_view name(Fact fact) {
    return kFacts[static_cast<std::size_t>(fact)].name;
}
std::string_view meaning(Fact fact) {
    return kFacts[static_cast<std::size_t>(fact)].meaning;
}

Rule Rule::fact(Fact fact) {
    Rule rule(Kind::Fact);
    rule.fact_ = fact;
    return rule;
}

Rule Rule::all(std::vector<Rule> parts) {
    Rule rule(Kind::All);
    rule.parts_ = std::move(parts);
    return rule;
}

Rule Rule::any(std::vector<Rule> parts) {
    Rule rule(Kind::Any);
    rule.parts_ = std::move(parts);
    return rule;
}

Rule Rule::negation(Rule part) {
    Rule rule(Kind::Not);
    rule.parts_.push_back(std::move(part));
    return rule;
}

bool Rule::holds(const Facts& facts) const {
    const auto isTrue = [&](const Rule& rule) { return rule.holds(facts); };
    switch (kind_) {
    case Kind::Never:
        return false;
    case Kind::Always:
        return true;
    case Kind::Fact:
        return facts.has(fact_);
    case Kind::All:
        return std::all_of(parts_.begin(), parts_.end(), isTrue);
    case Kind::Any:
        return std::any_of(parts_.begin(), parts_.end(), isTrue);
    case Kind::Not:
        return !parts_.front().holds(facts);
    }
    return false;
}

std::string toText(const Rule& rule) {
    switch (rule.kind()) {
    case Rule::Kind::Never:
        return "never";
    case Rule::Kind::Always:
        return "always";
    case Rule::Kind::Fact:
        return std::string(name(rule.askedFact()));
    case Rule::Kind::All:
        return list("all", rule.parts());
    case Rule::Kind::Any:
        return list("any", rule.parts());
    case Rule::Kind::Not:
        return list("not", rule.parts());
    }
    return {};
}

Rule Option::hasDepositedPgtable() {
    return Rule::any({Rule::fact(Fact::ArchNeedsDeposit),
                      Rule::all({Rule::fact(Fact::EntryHugeZero), Rule::negation(Rule::fact(Fact::VmaDax))}),
                      Rule::fact(Fact::EntryAnon)});
}

Rule Option::pmdMoveMustWithdraw() {
    return Rule::any({Rule::fact(Fact::ArchNeedsDeposit),
                      Rule::all({Rule::fact(Fact::PmdLocksDiffer), Rule::fact(Fact::VmaAnonymous)})});
}

} // namespace pfnscope::option
