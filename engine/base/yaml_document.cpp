// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <streambuf>

namespace pfnscope::yaml {
namespace {

/// How the builder leaves yaml-cpp in the middle of a file. Never leaves this file.
struct Stop {
    Error error;
};

/// Reads from the text where it lies.
class ViewBuffer : public std::streambuf {
public:
    explicit ViewBuffer(std::string_view text) {
        char* begin = const_cast<char*>(text.data()); // the get area is never written to
        setg(begin, begin, begin + text.size());
    }
};

bool isText(std::string_view bytes) {
    return std::none_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7f;
    });
}

/// Well-formed UTF-8, overlong forms and surrogates excluded.
bool isUtf8(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto lead = static_cast<unsigned char>(bytes[i]);
        const std::size_t length = lead < 0x80       ? 1
                                   : lead >> 5 == 6  ? 2
                                   : lead >> 4 == 14 ? 3
                                   : lead >> 3 == 30 ? 4
                                                     : 0;
        if (length == 0 || i + length > bytes.size())
            return false;
        std::uint32_t point = length == 1 ? lead : lead & (0x7fU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            const auto next = static_cast<unsigned char>(bytes[i + k]);
            if (next >> 6 != 2)
                return false;
            point = point << 6 | (next & 0x3fU);
        }
        constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
        if (point < kLeast[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
            return false;
        i += length;
    }
    return true;
}

/// yaml-cpp ends a plain scalar in a flow collection at any '?', where YAML 1.2 means only one that stands
/// alone. The others travel as a byte that no accepted text contains, and come back in OnScalar(); the escape
/// "\x01" so reads as a question mark.
constexpr char kQuestionMark = '\x01';

std::string hideQuestionMarks(std::string_view text) {
    const auto isBlank = [&](std::size_t i) {
        return i >= text.size() || text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t';
    };
    std::string hidden(text);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool startsToken =
            i == 0 || isBlank(i - 1) || text[i - 1] == '{' || text[i - 1] == '[' || text[i - 1] == ',';
        if (text[i] == '?' && !(startsToken && isBlank(i + 1)))
            hidden[i] = kQuestionMark;
    }
    return hidden;
}

Place placeAt(std::string_view text, std::size_t offset, const std::string& file) {
    const std::string_view before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n');
    const std::size_t start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {file, static_cast<int>(line) + 1, static_cast<int>(offset - start) + 1};
}

} // namespace

class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(const std::string& file, const Limits& limits) : file_(file), limits_(limits) {}

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (root_)
            stop(mark, ErrorKind::Syntax, "a second document", "one document");
    }
    void OnDocumentEnd() override {}
    void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
        stop(mark, ErrorKind::Unsupported, "&" + name, "no anchors and no aliases");
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        stop(mark, ErrorKind::Unsupported, "an alias", "no anchors and no aliases");
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse(mark, {}, anchor);
        put(make(mark, Kind::Null));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        refuse(mark, tag, anchor);
        if (value.size() > limits_.textBytes)
            stop(mark, ErrorKind::Limit, fmt::format("{} bytes of text", value.size()),
                 fmt::format("at most {}", limits_.textBytes));
        const bool isPlain = tag == "?"; // yaml-cpp: '?' unquoted, '!' quoted
        const bool isNull =
            isPlain && (value == "null" || value == "~" || value == "Null" || value == "NULL");
        Node node = make(mark, isNull ? Kind::Null : Kind::Scalar);
        if (!isNull) {
            node.scalar_ = value;
            std::replace(node.scalar_.begin(), node.scalar_.end(), kQuestionMark, '?');
        }
        put(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        refuse(mark, tag, anchor);
        open(mark, Kind::List);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        refuse(mark, tag, anchor);
        open(mark, Kind::Map);
    }
    void OnMapEnd() override { close(); }

    std::optional<Node> take() { return std::move(root_); }

private:
    struct Open {
        Node node;
        std::optional<Node> key; ///< of a map: read, its value not yet
    };

    [[noreturn]] void stop(const YAML::Mark& mark, ErrorKind kind, std::string found,
                           std::string expected) const {
        throw Stop{{kind, {file_, mark.line + 1, mark.column + 1}, std::move(found), std::move(expected)}};
    }
    void refuse(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
        if (anchor != YAML::NullAnchor)
            stop(mark, ErrorKind::Unsupported, "an anchor", "no anchors and no aliases");
        if (!tag.empty() && tag != "?" && tag != "!")
            stop(mark, ErrorKind::Unsupported, "tag " + tag, "a value without a tag");
    }
    Node make(const YAML::Mark& mark, Kind kind) {
        if (++values_ > limits_.values)
            stop(mark, ErrorKind::Limit, fmt::format("{} values", values_),
                 fmt::format("at most {}", limits_.values));
        Node node;
        node.file_ = &file_;
        node.line_ = mark.line + 1;
        node.column_ = mark.column + 1;
        node.kind_ = kind;
        return node;
    }
    void open(const YAML::Mark& mark, Kind kind) {
        if (open_.size() >= limits_.depth)
            stop(mark, ErrorKind::Limit, fmt::format("nesting {} deep", open_.size() + 1),
                 fmt::format("at most {}", limits_.depth));
        open_.push_back({make(mark, kind), std::nullopt});
    }
    void close() {
        Node done = std::move(open_.back().node);
        open_.pop_back();
        put(std::move(done));
    }
    void put(Node node) {
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        const YAML::Mark mark = markOf(node);
        if (parent.node.isMap() && !parent.key) {
            if (!node.isScalar())
                stop(mark, ErrorKind::WrongType, node.described(), "a key");
            parent.key = std::move(node);
            return;
        }
        const std::size_t count =
            parent.node.isMap() ? parent.node.entries_.size() : parent.node.items_.size();
        if (count >= limits_.listItems)
            stop(mark, ErrorKind::Limit, fmt::format("item {} of a list", count + 1),
                 fmt::format("at most {}", limits_.listItems));
        if (parent.node.isMap()) {
            if (node.isNull()) { // nothing stands there: the key is the place to look at
                node.line_ = parent.key->line_;
                node.column_ = parent.key->column_;
            }
            parent.node.entries_.push_back({std::move(*parent.key), std::move(node)});
            parent.key.reset();
        } else {
            parent.node.items_.push_back(std::move(node));
        }
    }
    static YAML::Mark markOf(const Node& node) {
        YAML::Mark mark;
        mark.line = node.line_ - 1;
        mark.column = node.column_ - 1;
        return mark;
    }

    const std::string& file_;
    const Limits& limits_;
    std::vector<Open> open_;
    std::optional<Node> root_;
    std::size_t values_ = 0;
};

Result<Document> Document::parse(std::string_view text, std::string file, const Limits& limits) {
    if (text.size() > limits.bytes)
        return fail(Error{ErrorKind::Limit,
                          {file, 0, 0},
                          fmt::format("{} bytes", text.size()),
                          fmt::format("a file of at most {} bytes", limits.bytes)});
    if (!isText(text) || !isUtf8(text))
        return fail(Error{ErrorKind::Syntax, {file, 1, 1}, "binary data", "a YAML text in UTF-8"});

    Document document;
    document.file_ = std::make_unique<const std::string>(std::move(file));
    const std::string& name = *document.file_;
    TreeBuilder builder(name, limits);
    const std::string hidden = hideQuestionMarks(text);
    try {
        ViewBuffer buffer(hidden);
        std::istream stream(&buffer);
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop& stopped) {
        return fail(stopped.error);
    } catch (const YAML::Exception& problem) {
        const bool isKnown = !problem.mark.is_null();
        return fail(Error{ErrorKind::Syntax,
                          isKnown ? Place{name, problem.mark.line + 1, problem.mark.column + 1}
                                  : placeAt(text, text.size(), name),
                          problem.msg, "YAML"});
    } catch (const std::exception& problem) { // yaml-cpp passes on what the standard library throws
        return fail(Error{ErrorKind::Syntax, placeAt(text, text.size(), name), problem.what(), "YAML"});
    }
    std::optional<Node> root = builder.take();
    if (!root || root->isNull())
        return fail(Error{ErrorKind::Syntax, {name, 1, 1}, "an empty file", "a YAML map"});
    document.root_ = std::make_unique<const Node>(std::move(*root));
    return document;
}

Result<Document> Document::load(const std::string& path, const Limits& limits) {
    auto text = readFile(path, limits.bytes);
    if (!text)
        return fail(text.error());
    return parse(*text, path, limits);
}

} // namespace pfnscope::yaml
