// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/embedded_file.h"
#include "base/yaml.h"
#include "explore/alphabet.h"

#include <algorithm>
#include <array>
#include <span>

namespace pfnscope::explore {

std::span<const EmbeddedFile> shippedAlphabets(); // assets/alphabets, generated

namespace {

using yaml::Keys;
using yaml::Node;

constexpr std::size_t kMaxLetters = 512;
constexpr std::size_t kMaxSetups = 64;

constexpr std::array<yaml::Word<machine::FaultHandler>, 3> kFaults{
    {{"none", machine::FaultHandler::None},
     {"pte", machine::FaultHandler::InsertPte},
     {"sigbus", machine::FaultHandler::Sigbus}}};
constexpr std::array<yaml::Word<machine::HugeFaultOrders>, 2> kHugeFaults{
    {{"none", {false, false, false}}, {"pmd", {true, false, true}}}};
constexpr std::array<yaml::Word<Remap>, 3> kRemaps{
    {{"none", Remap::None}, {"whole", Remap::Whole}, {"first", Remap::FirstSlot}}};
constexpr std::array<yaml::Word<mm::Share>, 2> kShares{
    {{"shared", mm::Share::Shared}, {"private", mm::Share::Private}}};
constexpr std::array<yaml::Word<hw::AccessType>, 3> kAccesses{
    {{"read", hw::AccessType::Read}, {"write", hw::AccessType::Write}, {"exec", hw::AccessType::Fetch}}};
constexpr std::array<yaml::Word<mm::Protection>, 3> kProtections{
    {{"none", {false, false, false}}, {"r", {true, false, false}}, {"rw", {true, true, false}}}};
constexpr std::array<yaml::Word<mm::Advice>, 3> kAdvices{
    {{"dontneed", mm::Advice::DontNeed}, {"free", mm::Advice::Free}, {"cold", mm::Advice::Cold}}};
constexpr std::array<yaml::Word<Target>, 14> kTargets{{{"0", {0, Part::Whole}},
                                                       {"0/first", {0, Part::FirstPage}},
                                                       {"0/middle", {0, Part::MiddlePage}},
                                                       {"0/half", {0, Part::FirstHalf}},
                                                       {"1", {1, Part::Whole}},
                                                       {"1/first", {1, Part::FirstPage}},
                                                       {"1/middle", {1, Part::MiddlePage}},
                                                       {"2", {2, Part::Whole}},
                                                       {"2/first", {2, Part::FirstPage}},
                                                       {"2/middle", {2, Part::MiddlePage}},
                                                       {"3", {3, Part::Whole}},
                                                       {"3/first", {3, Part::FirstPage}},
                                                       {"3/middle", {3, Part::MiddlePage}},
                                                       {"both", {0, Part::BothSlots}}}};
constexpr std::array<yaml::Word<Verb>, 15> kVerbs{{{"mmap", Verb::MapDevice},
                                                   {"mmap_anonymous", Verb::MapAnonymous},
                                                   {"touch", Verb::Touch},
                                                   {"munmap", Verb::Munmap},
                                                   {"mprotect", Verb::Mprotect},
                                                   {"mremap", Verb::Mremap},
                                                   {"fork", Verb::Fork},
                                                   {"exit", Verb::Exit},
                                                   {"unmap_mapping_range", Verb::UnmapMappingRange},
                                                   {"set_vm_ops", Verb::SetVmOps},
                                                   {"remap_pfn_range", Verb::RemapPfnRange},
                                                   {"madvise", Verb::Madvise},
                                                   {"split_huge_pmd", Verb::SplitHugePmd},
                                                   {"collapse", Verb::Collapse},
                                                   {"fail_alloc", Verb::FailAlloc}}};

/// Reads `key` into `field` when it is there.
template <class T, std::size_t N>
Result<void> choose(const Keys& keys, std::string_view key, const std::array<yaml::Word<T>, N>& words,
                    T& field) {
    const Node* node = keys.find(key);
    if (!node)
        return {};
    auto value = yaml::choice<T>(*node, std::span<const yaml::Word<T>>(words));
    if (!value)
        return fail(value.error());
    field = *value;
    return {};
}

Result<void> readHandlers(const Keys& keys, mm::Driver& driver) {
    if (auto read = choose(keys, "fault", kFaults, driver.ops.fault); !read)
        return read;
    return choose(keys, "huge_fault", kHugeFaults, driver.ops.hugeFault);
}

Result<Setup> readSetup(const Node::Entry& entry) {
    Setup setup;
    setup.name = entry.key.scalar();
    setup.driver.ops.name = setup.name;
    const auto keys = Keys::of(entry.value, {"fault", "huge_fault", "remap", "then", "flags"});
    if (!keys)
        return fail(keys.error());
    if (auto read = readHandlers(*keys, setup.driver); !read)
        return fail(read.error());
    if (auto read = choose(*keys, "remap", kRemaps, setup.remap); !read)
        return fail(read.error());
    if (auto read = choose(*keys, "flags", kShares, setup.share); !read)
        return fail(read.error());
    const Node* then = keys->find("then");
    if (!then)
        return setup;
    const auto thenKeys = Keys::of(*then, {"fault", "huge_fault"});
    if (!thenKeys)
        return fail(thenKeys.error());
    setup.afterwards = mm::Driver{};
    setup.afterwards->ops.name = setup.name + "-then";
    if (auto read = readHandlers(*thenKeys, *setup.afterwards); !read)
        return fail(read.error());
    return setup;
}

Result<void> readSetupName(const Node& node, const Alphabet& alphabet, Letter& letter) {
    auto name = node.text("the name of a driver");
    if (!name)
        return fail(name.error());
    if (letter.verb == Verb::SetVmOps && *name == "null")
        return {};
    if (!alphabet.setupNamed(*name))
        return fail(node.error(ErrorKind::UnknownName, *name, "a driver of this file"));
    letter.setup = *name;
    return {};
}

/// The short form: `munmap: 0/first`, `mmap: vfio`.
Result<void> readShort(const Node& node, const Alphabet& alphabet, Letter& letter) {
    if (letter.verb == Verb::MapDevice || letter.verb == Verb::SetVmOps)
        return readSetupName(node, alphabet, letter);
    auto target = yaml::choice<Target>(node, std::span<const yaml::Word<Target>>(kTargets));
    if (!target)
        return fail(target.error());
    letter.target = *target;
    return {};
}

Result<void> readLong(const Node& node, const Alphabet& alphabet, Letter& letter) {
    const auto keys = Keys::of(node, {"at", "to", "driver", "access", "prot", "advice", "process"});
    if (!keys)
        return fail(keys.error());
    if (const Node* driver = keys->find("driver"))
        if (auto read = readSetupName(*driver, alphabet, letter); !read)
            return read;
    if (const Node* to = keys->find("to")) {
        auto slot = to->number("a slot, 0 to 3", 0, 3);
        if (!slot)
            return fail(slot.error());
        letter.toSlot = static_cast<std::uint8_t>(*slot);
    }
    if (const Node* process = keys->find("process")) {
        auto number = process->number("1, or 2 for the child of the first fork", 1, alphabet.processes);
        if (!number)
            return fail(number.error());
        letter.process = static_cast<std::uint8_t>(*number);
    }
    if (auto read = choose(*keys, "at", kTargets, letter.target); !read)
        return read;
    if (auto read = choose(*keys, "access", kAccesses, letter.access); !read)
        return read;
    if (auto read = choose(*keys, "prot", kProtections, letter.protection); !read)
        return read;
    return choose(*keys, "advice", kAdvices, letter.advice);
}

Result<Letter> readLetter(const Node& node, const Alphabet& alphabet) {
    const bool bare = node.isScalar();
    if (!bare && (!node.isMap() || node.entries().size() != 1))
        return fail(node.wrongType("one operation, as `name` or `name: place` or `name: {...}`"));
    const Node& verb = bare ? node : node.entries().front().key;
    auto chosen = yaml::choice<Verb>(verb, std::span<const yaml::Word<Verb>>(kVerbs));
    if (!chosen)
        return fail(chosen.error());
    Letter letter;
    letter.verb = *chosen;
    if (bare)
        return letter;
    const Node& value = node.entries().front().value;
    auto read = value.isMap() ? readLong(value, alphabet, letter) : readShort(value, alphabet, letter);
    if (!read)
        return fail(read.error());
    return letter;
}

Result<void> readBounds(const Node& node, Alphabet& alphabet) {
    const auto keys = Keys::of(node, {"processes", "failures"});
    if (!keys)
        return fail(keys.error());
    for (const auto& [key, field, most] : {std::tuple{"processes", &alphabet.processes, 2U},
                                           std::tuple{"failures", &alphabet.failures, 16U}}) {
        const Node* value = keys->find(key);
        if (!value)
            continue;
        auto number = value->number("a small number", 0, most);
        if (!number)
            return fail(number.error());
        *field = static_cast<std::uint32_t>(*number);
    }
    return {};
}

Result<void> readSetups(const Node& node, Alphabet& alphabet) {
    if (!node.isMap())
        return fail(node.wrongType("a map of drivers"));
    if (auto unique = yaml::uniqueKeys(node); !unique)
        return unique;
    if (node.entries().size() > kMaxSetups)
        return fail(node.error(ErrorKind::Limit, "too many drivers", "at most 64"));
    for (const Node::Entry& entry : node.entries()) {
        auto setup = readSetup(entry);
        if (!setup)
            return fail(setup.error());
        alphabet.setups.push_back(std::move(*setup));
    }
    return {};
}

Result<void> readLetters(const Node& node, Alphabet& alphabet) {
    const auto list = node.list("a list of operations");
    if (!list)
        return fail(list.error());
    if ((*list)->empty() || (*list)->size() > kMaxLetters)
        return fail(
            node.error(ErrorKind::Limit, std::to_string((*list)->size()) + " operations", "1 to 512"));
    for (const Node& item : **list) {
        auto letter = readLetter(item, alphabet);
        if (!letter)
            return fail(letter.error());
        alphabet.letters.push_back(std::move(*letter));
    }
    return {};
}

} // namespace

Result<Alphabet> parseAlphabet(std::string_view text, const std::string& file) {
    const auto document = yaml::Document::parse(text, file);
    if (!document)
        return fail(document.error());
    const auto keys = Keys::of(document->root(), {"name", "bounds", "drivers", "operations"});
    if (!keys)
        return fail(keys.error());
    Alphabet alphabet;
    auto name = keys->required("name").and_then([](const Node* node) { return node->text("a name"); });
    if (!name)
        return fail(name.error());
    alphabet.name = *name;
    if (const Node* bounds = keys->find("bounds"))
        if (auto read = readBounds(*bounds, alphabet); !read)
            return fail(read.error());
    if (const Node* drivers = keys->find("drivers"))
        if (auto read = readSetups(*drivers, alphabet); !read)
            return fail(read.error());
    const auto operations = keys->required("operations");
    if (!operations)
        return fail(operations.error());
    if (auto read = readLetters(**operations, alphabet); !read)
        return fail(read.error());
    return alphabet;
}

Result<Alphabet> defaultAlphabet() {
    return parseAlphabet(shippedAlphabets().front().text, std::string(shippedAlphabets().front().name));
}

} // namespace pfnscope::explore
