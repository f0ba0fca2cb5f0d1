// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// A small reader over yaml-cpp's event stream: every value knows its line and column, nothing is guessed,
/// and nothing a file can contain makes it throw, recurse deeply or grow without bound. Anchors, aliases,
/// tags and second documents are refused.
namespace pfnscope::yaml {

/// What a file may cost before anybody looks at what it says.
struct Limits {
    std::size_t bytes = 16U << 20;
    std::size_t depth = 24;         ///< nested lists and maps
    std::size_t listItems = 10'000; ///< items of one list, keys of one map
    std::size_t values = 400'000;   ///< scalars, lists and maps of the whole file
    std::size_t textBytes = 4096;   ///< one scalar
};

enum class Kind : std::uint8_t { Null, Scalar, List, Map };

/// One value and where it stands. Owned by its Document, which must outlive every reference.
class Node {
public:
    struct Entry;

    Kind kind() const { return kind_; }
    bool isNull() const { return kind_ == Kind::Null; }
    bool isScalar() const { return kind_ == Kind::Scalar; }
    bool isList() const { return kind_ == Kind::List; }
    bool isMap() const { return kind_ == Kind::Map; }

    const std::vector<Node>& items() const { return items_; }
    const std::vector<Entry>& entries() const { return entries_; }
    const Entry* entry(std::string_view key) const;
    /// The bare scalar; empty text for anything else.
    const std::string& scalar() const { return scalar_; }

    Place place() const { return {*file_, line_, column_}; }
    /// "a list", "a map", "nothing", or the scalar itself: the `found` half of an error.
    std::string described() const;
    Error error(ErrorKind kind, std::string found, std::string expected) const;
    Error wrongType(std::string expected) const;

    /// Typed reading. `what` is the "expected" half of the error.
    Result<std::string> text(std::string_view what) const;
    Result<bool> flag() const;
    /// A number as parseNumber() reads it, from `least` to `most`.
    Result<std::uint64_t> number(std::string_view what, std::uint64_t least = 0,
                                 std::uint64_t most = UINT64_MAX) const;
    Result<const std::vector<Node>*> list(std::string_view what) const;

private:
    friend class TreeBuilder;
    const std::string* file_ = nullptr;
    int line_ = 0;
    int column_ = 0;
    Kind kind_ = Kind::Null;
    std::string scalar_;
    std::vector<Node> items_;
    std::vector<Entry> entries_;
};

struct Node::Entry {
    Node key; ///< always a scalar
    Node value;
};

/// One word of a fixed set, with what it stands for.
template <class T> struct Word {
    std::string_view word;
    T value;
};

/// "one of a, b, c": for the `expected` half of an error.
std::string oneOf(std::span<const std::string_view> words);

template <class T> std::string oneOf(std::span<const Word<T>> words) {
    std::vector<std::string_view> plain;
    for (const Word<T>& word : words)
        plain.push_back(word.word);
    return oneOf(plain);
}

template <class T> Result<T> choice(const Node& node, std::span<const Word<T>> words) {
    if (!node.isScalar())
        return fail(node.wrongType(oneOf(words)));
    for (const Word<T>& word : words)
        if (word.word == node.scalar())
            return word.value;
    return fail(node.error(ErrorKind::UnknownName, node.scalar(), oneOf(words)));
}

template <class T> std::string_view wordOf(T value, std::span<const Word<T>> words) {
    for (const Word<T>& word : words)
        if (word.value == value)
            return word.word;
    return {};
}

/// A map whose keys are known beforehand: every other key, and a key given twice, is an error.
class Keys {
public:
    static Result<Keys> of(const Node& node, std::initializer_list<std::string_view> known);
    static Result<Keys> of(const Node& node, std::span<const std::string_view> known);

    /// nullptr when the key is absent.
    const Node* find(std::string_view key) const;
    Result<const Node*> required(std::string_view key) const;
    const Node& map() const { return *node_; }

private:
    explicit Keys(const Node& node) : node_(&node) {}
    const Node* node_;
};

/// No key is given twice.
Result<void> uniqueKeys(const Node& map);

class Document {
public:
    /// `file` is what errors call it.
    static Result<Document> parse(std::string_view text, std::string file, const Limits& limits = {});
    static Result<Document> load(const std::string& path, const Limits& limits = {});
    const Node& root() const { return *root_; }

private:
    Document() = default;
    std::unique_ptr<const std::string> file_;
    std::unique_ptr<const Node> root_;
};

/// A scalar as this reader reads it back: plain where that is safe, else in double quotes.
std::string quoted(std::string_view text);

} // namespace pfnscope::yaml
