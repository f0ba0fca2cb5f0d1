// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml.h"

#include "base/address.h"
#include "base/numbers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace pfnscope::yaml {

const Node::Entry* Node::entry(std::string_view key) const {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& each) { return each.key.scalar() == key; });
    return found == entries_.end() ? nullptr : &*found;
}

std::string Node::described() const {
    switch (kind_) {
    case Kind::Null:
        return "nothing";
    case Kind::Scalar:
        return scalar_.size() <= 80 ? scalar_ : scalar_.substr(0, 77) + "...";
    case Kind::List:
        return "a list";
    case Kind::Map:
        return "a map";
    }
    return {};
}

Error Node::error(ErrorKind kind, std::string found, std::string expected) const {
    return {kind, place(), std::move(found), std::move(expected)};
}

Error Node::wrongType(std::string expected) const {
    return error(ErrorKind::WrongType, described(), std::move(expected));
}

Result<std::string> Node::text(std::string_view what) const {
    if (!isScalar())
        return fail(wrongType(std::string(what)));
    return scalar_;
}

Result<bool> Node::flag() const {
    if (isScalar() && (scalar_ == "true" || scalar_ == "false"))
        return scalar_ == "true";
    return fail(wrongType("true or false"));
}

Result<std::uint64_t> Node::number(std::string_view what, std::uint64_t least, std::uint64_t most) const {
    const auto value = isScalar() ? parseNumber(scalar_) : std::nullopt;
    if (!value)
        return fail(wrongType(std::string(what)));
    if (*value < least || *value > most)
        return fail(error(ErrorKind::OutOfRange, scalar_,
                          fmt::format("{} from {} to {}", what, toHex(least), toHex(most))));
    return *value;
}

Result<const std::vector<Node>*> Node::list(std::string_view what) const {
    if (!isList())
        return fail(wrongType(std::string(what)));
    return &items_;
}

std::string oneOf(std::span<const std::string_view> words) {
    return words.size() == 1 ? std::string(words.front()) : fmt::format("one of {}", fmt::join(words, ", "));
}

Result<void> uniqueKeys(const Node& map) {
    const auto& entries = map.entries();
    std::vector<const Node*> keys;
    for (const Node::Entry& entry : entries)
        keys.push_back(&entry.key);
    std::stable_sort(keys.begin(), keys.end(),
                     [](const Node* a, const Node* b) { return a->scalar() < b->scalar(); });
    const auto twice = std::adjacent_find(
        keys.begin(), keys.end(), [](const Node* a, const Node* b) { return a->scalar() == b->scalar(); });
    if (twice == keys.end())
        return {};
    return fail((*std::next(twice))->error(ErrorKind::Duplicate, (*twice)->described(), "each key once"));
}

Result<Keys> Keys::of(const Node& node, std::span<const std::string_view> known) {
    if (!node.isMap())
        return fail(node.wrongType(fmt::format("a map with {}", fmt::join(known, ", "))));
    for (const Node::Entry& entry : node.entries())
        if (std::find(known.begin(), known.end(), entry.key.scalar()) == known.end())
            return fail(entry.key.error(ErrorKind::UnknownKey, entry.key.described(), oneOf(known)));
    if (auto unique = uniqueKeys(node); !unique)
        return fail(unique.error());
    return Keys(node);
}

Result<Keys> Keys::of(const Node& node, std::initializer_list<std::string_view> known) {
    return of(node, std::span<const std::string_view>(known.begin(), known.size()));
}

const Node* Keys::find(std::string_view key) const {
    const Node::Entry* entry = node_->entry(key);
    return entry ? &entry->value : nullptr;
}

Result<const Node*> Keys::required(std::string_view key) const {
    if (const Node* value = find(key))
        return value;
    return fail(node_->error(ErrorKind::MissingKey, std::string(key), fmt::format("'{}' here", key)));
}

std::string quoted(std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+./ ";
    const bool isPlain = !text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos &&
                         std::isalnum(static_cast<unsigned char>(text.front())) != 0 && text.back() != ' ' &&
                         text != "null" && text != "Null" && text != "NULL";
    if (isPlain)
        return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (static_cast<unsigned char>(c) < 0x20)
            out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            out += c;
    }
    return out + '"';
}

} // namespace pfnscope::yaml
