// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/embedded_file.h"
#include "base/yaml.h"
#include "explore/alphabet.h"

#include <algorithm>
#include <array>
#include <span>
#include <tuple>

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
constexpr std::array<yaml::Word<Target>, 15> kTargets{{{"0", {0, Part::Whole}},
                                                       {"0/first", {0, Part::FirstPage}},
                                                       {"0/middle", {0, Part::MiddlePage}},
                                                       {"0/half", {0, Part::FirstHalf}},
                                                       {"1", {1, Part::Whole}},
                                                       {"1/first", {1, Part::FirstPage}},
                                                       {"1/middle", {1, Part::MiddlePage}},
                                                       {"1/half", {1, Part::FirstHalf}},
                                                       {"2", {2, Part::Whole}},
                                                       {"2/first", {2, Part::FirstPage}},
                                                       {"2/middle", {2, Part::MiddlePage}},
                                                       {"3", {3, Part::Whole}},
                                                       {"3/first", {3, Part::FirstPage}},
                                                       {"3/middle", {3, Part::MiddlePage}},
                                                       {"both", {0, Part::BothSlots}}}};
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

/// What an operation says of itself beside `process`. Whatever is not in `keys` is an error, and so is an
/// absent one in `required`: a letter's meaning is never guessed.
struct Form {
    Verb verb;
    std::string_view word;
    std::span<const std::string_view> keys;
    std::size_t required = 0; ///< so many of the keys, from the front
};

constexpr std::array<std::string_view, 1> kProcess{"process"};
constexpr std::array<std::string_view, 3> kMmap{"driver", "at", "process"};
constexpr std::array<std::string_view, 2> kAt{"at", "process"};
constexpr std::array<std::string_view, 3> kTouch{"at", "access", "process"};
constexpr std::array<std::string_view, 3> kMprotect{"at", "prot", "process"};
constexpr std::array<std::string_view, 3> kMremap{"at", "to", "process"};
constexpr std::array<std::string_view, 3> kMadvise{"at", "advice", "process"};

constexpr std::array<Form, 15> kForms{{{Verb::MapDevice, "mmap", kMmap, 1},
                                       {Verb::MapAnonymous, "mmap_anonymous", kAt, 1},
                                       {Verb::Touch, "touch", kTouch, 1},
                                       {Verb::Munmap, "munmap", kAt, 1},
                                       {Verb::Mprotect, "mprotect", kMprotect, 2},
                                       {Verb::Mremap, "mremap", kMremap, 2},
                                       {Verb::Fork, "fork", kProcess, 0},
                                       {Verb::Exit, "exit", kProcess, 0},
                                       {Verb::UnmapMappingRange, "unmap_mapping_range", kAt, 1},
                                       {Verb::SetVmOps, "set_vm_ops", kMmap, 1},
                                       {Verb::RemapPfnRange, "remap_pfn_range", kAt, 1},
                                       {Verb::Madvise, "madvise", kMadvise, 2},
                                       {Verb::SplitHugePmd, "split_huge_pmd", kAt, 1},
                                       {Verb::Collapse, "collapse", kAt, 1},
                                       {Verb::FailAlloc, "fail_alloc", kProcess, 0}}};

Result<Form> readForm(const Node& verb) {
    std::array<yaml::Word<std::size_t>, kForms.size()> words;
    for (std::size_t i = 0; i < kForms.size(); ++i)
        words[i] = {kForms[i].word, i};
    auto chosen = yaml::choice<std::size_t>(verb, std::span<const yaml::Word<std::size_t>>(words));
    if (!chosen)
        return fail(chosen.error());
    return kForms[*chosen];
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

/// Of a place, what the verb can do with it.
Result<void> checkTarget(const Node& node, const Alphabet& alphabet, const Letter& letter) {
    if (letter.verb != Verb::MapDevice)
        return {};
    const bool both = letter.target == Target{0, Part::BothSlots};
    if (!both && (letter.target.part != Part::Whole || letter.target.slot > 1))
        return fail(node.error(ErrorKind::UnknownName, node.scalar(), "0, 1 or both: what drivers map"));
    if (!both && alphabet.setupNamed(letter.setup)->remap == Remap::FirstSlot)
        return fail(node.error(ErrorKind::UnknownName, node.scalar(),
                               "both: this driver remaps the first of two slots"));
    return {};
}

Result<void> readTarget(const Node& node, const Alphabet& alphabet, Letter& letter) {
    auto target = yaml::choice<Target>(node, std::span<const yaml::Word<Target>>(kTargets));
    if (!target)
        return fail(target.error());
    letter.target = *target;
    return checkTarget(node, alphabet, letter);
}

Result<void> readNumbers(const Keys& keys, const Alphabet& alphabet, Letter& letter) {
    if (const Node* to = keys.find("to")) {
        auto slot = to->number("a slot, 0 to 3", 0, 3);
        if (!slot)
            return fail(slot.error());
        letter.toSlot = static_cast<std::uint8_t>(*slot);
    }
    if (const Node* process = keys.find("process")) {
        auto number = process->number("1, or 2 for the child of the first fork", 1, alphabet.processes);
        if (!number)
            return fail(number.error());
        letter.process = static_cast<std::uint8_t>(*number);
    }
    return {};
}

Result<void> readLong(const Node& node, const Form& form, const Alphabet& alphabet, Letter& letter) {
    const auto keys = Keys::of(node, form.keys);
    if (!keys)
        return fail(keys.error());
    for (const std::string_view key : form.keys.first(form.required))
        if (auto given = keys->required(key); !given)
            return fail(given.error());
    if (const Node* driver = keys->find("driver"))
        if (auto read = readSetupName(*driver, alphabet, letter); !read)
            return read;
    if (auto read = readNumbers(*keys, alphabet, letter); !read)
        return read;
    if (const Node* at = keys->find("at"))
        if (auto read = readTarget(*at, alphabet, letter); !read)
            return read;
    if (auto read = choose(*keys, "access", kAccesses, letter.access); !read)
        return read;
    if (auto read = choose(*keys, "prot", kProtections, letter.protection); !read)
        return read;
    return choose(*keys, "advice", kAdvices, letter.advice);
}

/// The short form: `munmap: 0/first`, `mmap: vfio`.
Result<void> readShort(const Node& node, const Form& form, const Alphabet& alphabet, Letter& letter) {
    if (form.required > 1)
        return fail(node.wrongType("a map with " + yaml::oneOf(form.keys)));
    if (form.keys.front() == "driver")
        return readSetupName(node, alphabet, letter);
    if (form.keys.front() == "at")
        return readTarget(node, alphabet, letter);
    return fail(node.wrongType("a map with the key 'process', or nothing"));
}

Result<Letter> readLetter(const Node& node, const Alphabet& alphabet) {
    const bool bare = node.isScalar();
    if (!bare && (!node.isMap() || node.entries().size() != 1))
        return fail(node.wrongType("one operation, as `name` or `name: place` or `name: {...}`"));
    const Node& verb = bare ? node : node.entries().front().key;
    const auto form = readForm(verb);
    if (!form)
        return fail(form.error());
    Letter letter;
    letter.verb = form->verb;
    if (letter.verb == Verb::MapDevice)
        letter.target.part = Part::BothSlots;
    if (bare) {
        if (form->required > 0)
            return fail(verb.error(ErrorKind::MissingKey, std::string(form->keys.front()),
                                   "`" + verb.scalar() + ": ...`"));
        return letter;
    }
    const Node& value = node.entries().front().value;
    auto read =
        value.isMap() ? readLong(value, *form, alphabet, letter) : readShort(value, *form, alphabet, letter);
    if (!read)
        return fail(read.error());
    return letter;
}

constexpr std::array<yaml::Word<ChildLetters>, 2> kChild{
    {{"listed", ChildLetters::Listed}, {"same", ChildLetters::Same}}};
constexpr std::array<yaml::Word<Manners>, 2> kManners{{{"kept", Manners::Kept}, {"none", Manners::None}}};

Result<void> readBounds(const Node& node, Alphabet& alphabet) {
    const auto keys = Keys::of(node, {"processes", "failures", "child", "manners"});
    if (!keys)
        return fail(keys.error());
    for (const auto& [key, field, least, most] : {std::tuple{"processes", &alphabet.processes, 1U, 2U},
                                                  std::tuple{"failures", &alphabet.failures, 0U, 16U}}) {
        const Node* value = keys->find(key);
        if (!value)
            continue;
        auto number = value->number("a small number", least, most);
        if (!number)
            return fail(number.error());
        *field = static_cast<std::uint32_t>(*number);
    }
    if (auto read = choose(*keys, "child", kChild, alphabet.child); !read)
        return read;
    return choose(*keys, "manners", kManners, alphabet.manners);
}

/// What the first process may do, the child may too.
void repeatForChild(Alphabet& alphabet) {
    const std::vector<Letter> listed = alphabet.letters;
    for (Letter letter : listed) {
        letter.process = 2;
        const bool known = std::ranges::find(alphabet.letters, letter) != alphabet.letters.end();
        if (!known && letter.verb != Verb::Fork)
            alphabet.letters.push_back(std::move(letter));
    }
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
    if (alphabet.child == ChildLetters::Same && alphabet.processes > 1)
        repeatForChild(alphabet);
    return alphabet;
}

Result<Alphabet> defaultAlphabet() {
    return shippedAlphabet("default");
}

std::vector<std::string> shippedAlphabetNames() {
    std::vector<std::string> names;
    for (const EmbeddedFile& file : shippedAlphabets())
        names.emplace_back(file.name.substr(0, file.name.rfind('.')));
    return names;
}

std::string_view shippedAlphabetText(std::string_view name) {
    for (const EmbeddedFile& file : shippedAlphabets())
        if (file.name.substr(0, file.name.rfind('.')) == name)
            return file.text;
    return {};
}

Result<Alphabet> shippedAlphabet(std::string_view name) {
    const std::string_view text = shippedAlphabetText(name);
    if (text.empty()) {
        const auto names = shippedAlphabetNames();
        const std::vector<std::string_view> views(names.begin(), names.end());
        return fail({ErrorKind::UnknownName, {}, std::string(name), "an alphabet: " + yaml::oneOf(views)});
    }
    return parseAlphabet(text, std::string(name) + ".yaml");
}

} // namespace pfnscope::explore
