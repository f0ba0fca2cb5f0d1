// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/embedded_file.h"
#include "base/yaml.h"
#include "explore/alphabet.h"
#include "scenario/driver_yaml.h"
#include "scenario/words.h"

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

constexpr scenario::Words<Remap, 3> kRemaps{
    {{"none", Remap::None}, {"whole", Remap::Whole}, {"first", Remap::FirstSlot}}};
constexpr scenario::Words<Frames, 2> kFrames{
    {{"of-handlers", Frames::OfHandlers}, {"others", Frames::Others}}};
constexpr scenario::Words<Target, 15> kTargets{{{"0", {0, Part::Whole}},
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
Result<void> choose(const Keys& keys, std::string_view key, const scenario::Words<T, N>& words, T& field) {
    const Node* node = keys.find(key);
    if (!node)
        return {};
    auto value = scenario::readWord(*node, words);
    if (!value)
        return fail(value.error());
    field = *value;
    return {};
}

Result<Setup> readSetup(const Node::Entry& entry) {
    auto name = scenario::readName(entry.key, "a driver's name");
    if (!name)
        return fail(name.error());
    Setup setup;
    setup.name = setup.driver.ops.name = *name;
    const auto keys = Keys::of(entry.value, {"fault", "huge_fault", "vm_ops", "mixedmap", "cache",
                                             "page_mkwrite", "access", "remap", "frames", "then", "flags"});
    if (!keys)
        return fail(keys.error());
    for (auto& read :
         {scenario::readDriverKeys(*keys, setup.driver), choose(*keys, "remap", kRemaps, setup.remap),
          choose(*keys, "frames", kFrames, setup.frames),
          choose(*keys, "flags", scenario::kShareWords, setup.share)})
        if (!read)
            return fail(read.error());
    const Node* then = keys->find("then");
    if (!then)
        return setup;
    const auto thenKeys = Keys::of(*then, {"fault", "huge_fault", "vm_ops", "page_mkwrite", "access"});
    if (!thenKeys)
        return fail(thenKeys.error());
    setup.afterwards = mm::Driver{};
    setup.afterwards->ops.name = setup.name + "-then";
    if (auto read = scenario::readDriverKeys(*thenKeys, *setup.afterwards); !read)
        return fail(read.error());
    return setup;
}

/// What an operation says of itself beside `process`. Whatever is not in `keys` is an error, and so is an
/// absent one in `required`: a letter's meaning is never guessed.
struct Form {
    Verb verb;
    std::span<const std::string_view> keys;
    std::size_t required = 0; ///< so many of the keys, from the front
};

constexpr std::array<std::string_view, 1> kProcess{"process"};
constexpr std::array<std::string_view, 3> kDriver{"driver", "at", "process"};
constexpr std::array<std::string_view, 2> kAt{"at", "process"};
constexpr std::array<std::string_view, 3> kAccess{"at", "access", "process"};
constexpr std::array<std::string_view, 3> kMprotect{"at", "prot", "process"};
constexpr std::array<std::string_view, 3> kMove{"at", "to", "process"};
constexpr std::array<std::string_view, 3> kMadvise{"at", "advice", "process"};
constexpr std::array<std::string_view, 3> kMigrate{"at", "phase", "process"};

Form formOf(Verb verb) {
    switch (verb) {
    case Verb::MapDevice:
    case Verb::SetVmOps:
        return {verb, kDriver, 1};
    case Verb::Touch:
    case Verb::GupFast:
        return {verb, kAccess, 1};
    case Verb::Mprotect:
        return {verb, kMprotect, 2};
    case Verb::Mremap:
    case Verb::UserfaultMove:
        return {verb, kMove, 2};
    case Verb::Madvise:
        return {verb, kMadvise, 2};
    case Verb::Migrate:
        return {verb, kMigrate, 2};
    case Verb::Fork:
    case Verb::Exit:
    case Verb::FailAlloc:
        return {verb, kProcess, 0};
    default:
        return {verb, kAt, 1};
    }
}

Result<Form> readForm(const Node& node) {
    std::array<yaml::Word<Verb>, kVerbCount> words;
    for (std::size_t i = 0; i < kVerbCount; ++i)
        words[i] = {word(static_cast<Verb>(i)), static_cast<Verb>(i)};
    auto verb = yaml::choice<Verb>(node, std::span<const yaml::Word<Verb>>(words));
    if (!verb)
        return fail(verb.error());
    return formOf(*verb);
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
    auto target = scenario::readWord(node, kTargets);
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
    if (auto read = choose(*keys, "access", scenario::kAccessWords, letter.access); !read)
        return read;
    if (auto read = choose(*keys, "prot", scenario::kProtectionWords, letter.protection); !read)
        return read;
    if (auto read = choose(*keys, "phase", scenario::kMigrationWords, letter.phase); !read)
        return read;
    return choose(*keys, "advice", scenario::kAdviceWords, letter.advice);
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
        if (alphabet.setupNamed(setup->name))
            return fail(entry.key.error(ErrorKind::Duplicate, setup->name,
                                        "a name that the alphabet it comes from does not have"));
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

/// What the alphabet starts with: nothing, or all of a shipped one.
Result<Alphabet> readBase(const Keys& keys) {
    const Node* from = keys.find("from");
    if (!from)
        return Alphabet{};
    auto name = from->text("the name of a shipped alphabet");
    if (!name)
        return fail(name.error());
    auto base = shippedAlphabet(*name);
    if (!base)
        return fail(from->error(ErrorKind::UnknownName, *name, base.error().expected));
    return base;
}

Result<void> readOwn(const Keys& keys, Alphabet& alphabet) {
    auto name = keys.required("name").and_then([](const Node* node) { return node->text("a name"); });
    if (!name)
        return fail(name.error());
    alphabet.name = *name;
    if (const Node* bounds = keys.find("bounds"))
        if (auto read = readBounds(*bounds, alphabet); !read)
            return read;
    if (const Node* drivers = keys.find("drivers"))
        if (auto read = readSetups(*drivers, alphabet); !read)
            return read;
    const auto operations = keys.required("operations");
    if (!operations)
        return fail(operations.error());
    return readLetters(**operations, alphabet);
}

} // namespace

Result<Alphabet> parseAlphabet(std::string_view text, const std::string& file) {
    const auto document = yaml::Document::parse(text, file);
    if (!document)
        return fail(document.error());
    const auto keys = Keys::of(document->root(), {"name", "from", "bounds", "drivers", "operations"});
    if (!keys)
        return fail(keys.error());
    auto alphabet = readBase(*keys);
    if (!alphabet)
        return alphabet;
    if (auto read = readOwn(*keys, *alphabet); !read)
        return fail(read.error());
    if (alphabet->child == ChildLetters::Same && alphabet->processes > 1)
        repeatForChild(*alphabet);
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
