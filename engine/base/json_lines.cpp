// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json_lines.h"

#include "base/numbers.h"

#include <zlib.h>

#include <array>
#include <filesystem>

namespace pfnscope {
namespace {

constexpr std::size_t kLineLimit = 16U << 20;

std::size_t skipBlanks(std::string_view text, std::size_t at) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t'))
        ++at;
    return at;
}

/// Behind the string that begins at `at`.
std::size_t skipString(std::string_view text, std::size_t at) {
    for (++at; at < text.size() && text[at] != '"'; ++at)
        if (text[at] == '\\')
            ++at;
    return at + 1;
}

/// Behind the value that begins at `at`. The text has been parsed before, so it is well-formed.
std::size_t skipValue(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    do {
        at = skipBlanks(text, at);
        if (at >= text.size())
            return text.size();
        if (text[at] == '"') {
            at = skipString(text, at);
        } else if (text[at] == '{' || text[at] == '[') {
            ++depth;
            ++at;
        } else if (text[at] == '}' || text[at] == ']') {
            --depth;
            ++at;
        } else {
            const std::size_t end = text.find_first_of(",:]} \t", at + 1);
            at = end == std::string_view::npos ? text.size() : end;
        }
    } while (depth > 0);
    return at;
}

std::size_t findMember(std::string_view text, std::size_t object, std::string_view key) {
    std::size_t at = skipBlanks(text, object + 1);
    while (at < text.size() && text[at] == '"') {
        const std::size_t keyEnd = skipString(text, at);
        const std::size_t value = skipBlanks(text, text.find(':', keyEnd) + 1);
        if (text.substr(at + 1, keyEnd - at - 2) == key)
            return value;
        at = skipBlanks(text, skipBlanks(text, skipValue(text, value)) + 1);
    }
    return object;
}

std::size_t findElement(std::string_view text, std::size_t array, std::size_t index) {
    std::size_t at = skipBlanks(text, array + 1);
    for (; index > 0; --index)
        at = skipBlanks(text, skipBlanks(text, skipValue(text, at)) + 1);
    return at;
}

const nlohmann::json& nothing() {
    static const nlohmann::json kNothing;
    return kNothing;
}

} // namespace

struct JsonLines::Stream {
    explicit Stream(gzFile opened) : file(opened) {}
    ~Stream() { gzclose(file); }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    gzFile file;
    std::array<char, 1U << 16> buffer{};
    std::size_t begin = 0;
    std::size_t end = 0;
    int line = 0;
};

JsonLines::JsonLines(std::string path, std::unique_ptr<Stream> stream)
    : path_(std::move(path)), stream_(std::move(stream)) {}
JsonLines::JsonLines(JsonLines&&) noexcept = default;
JsonLines& JsonLines::operator=(JsonLines&&) noexcept = default;
JsonLines::~JsonLines() = default;

Result<JsonLines> JsonLines::open(const std::string& path) {
    std::error_code ignored;
    const bool folder = std::filesystem::is_directory(path, ignored);
    const gzFile file = folder ? nullptr : gzopen(path.c_str(), "rb");
    if (file == nullptr)
        return fail({ErrorKind::CannotRead, {path}, path, "a file of JSON lines, plain or gzip"});
    return JsonLines(path, std::make_unique<Stream>(file));
}

Result<bool> JsonLines::readText(JsonLine& line) {
    Stream& in = *stream_;
    line.text.clear();
    for (;;) {
        if (in.begin == in.end) {
            const int got = gzread(in.file, in.buffer.data(), static_cast<unsigned>(in.buffer.size()));
            int status = Z_OK;
            gzerror(in.file, &status);
            if (got < 0 || (got == 0 && status == Z_BUF_ERROR))
                return fail({ErrorKind::CannotRead,
                             {path_, in.line + 1, 1},
                             "damaged gzip stream",
                             "a whole gzip file"});
            if (got == 0)
                return !line.text.empty();
            in.begin = 0;
            in.end = static_cast<std::size_t>(got);
        }
        const std::string_view rest(in.buffer.data() + in.begin, in.end - in.begin);
        const std::size_t newline = rest.find('\n');
        line.text += rest.substr(0, newline);
        in.begin = newline == std::string_view::npos ? in.end : in.begin + newline + 1;
        if (line.text.size() > kLineLimit)
            return fail({ErrorKind::Limit, {path_, in.line + 1, 1}, "line", "at most 16 MiB a line"});
        if (newline != std::string_view::npos)
            return true;
    }
}

Result<bool> JsonLines::next(JsonLine& line) {
    do {
        const Result<bool> more = readText(line);
        if (!more)
            return more;
        if (!*more)
            return false;
        line.number = ++stream_->line;
        if (!line.text.empty() && line.text.back() == '\r')
            line.text.pop_back();
    } while (skipBlanks(line.text, 0) == line.text.size());
    try {
        line.value = nlohmann::json::parse(line.text);
    } catch (const nlohmann::json::parse_error& problem) {
        return fail({ErrorKind::Syntax, {path_, line.number, static_cast<int>(problem.byte)}, "", "JSON"});
    } catch (const nlohmann::json::exception&) {
        return fail({ErrorKind::OutOfRange, {path_, line.number, 1}, "number", "JSON numbers of 64 bits"});
    }
    if (!line.value.is_object())
        return fail({ErrorKind::WrongType, {path_, line.number, 1}, "", "one JSON object a line"});
    return true;
}

std::size_t JsonCursor::offset() const {
    if (parent_ == nullptr)
        return skipBlanks(context_.line.text, 0);
    const std::size_t outer = parent_->offset();
    return key_.empty() ? findElement(context_.line.text, outer, index_)
                        : findMember(context_.line.text, outer, key_);
}

void JsonCursor::complain(ErrorKind kind, std::string found, std::string expected) const {
    if (!context_.error)
        context_.error = Error{kind,
                               {context_.file, context_.line.number, static_cast<int>(offset()) + 1},
                               std::move(found),
                               std::move(expected)};
}

JsonCursor JsonCursor::member(const char* key) const& {
    if (has(key))
        return {*this, (*value_)[key], key, 0};
    complain(ErrorKind::MissingKey, key, "an object with this key");
    return {*this, nothing(), key, 0};
}

JsonCursor JsonCursor::element(std::size_t index) const& {
    if (value_->is_array() && index < value_->size())
        return {*this, (*value_)[index], {}, index};
    complain(ErrorKind::WrongType, "", "an array of more than " + std::to_string(index) + " elements");
    return {*this, nothing(), {}, index};
}

void JsonCursor::forEach(const std::function<void(const JsonCursor&)>& each) const {
    if (!value_->is_array())
        return complain(ErrorKind::WrongType, value_->type_name(), "an array");
    for (std::size_t i = 0; i < value_->size(); ++i)
        each(element(i));
}

std::string JsonCursor::text() const {
    if (value_->is_string())
        return value_->get<std::string>();
    complain(ErrorKind::WrongType, value_->type_name(), "a string");
    return {};
}

std::int64_t JsonCursor::integer() const {
    if (value_->is_number_integer())
        return value_->get<std::int64_t>();
    complain(ErrorKind::WrongType, value_->type_name(), "a whole number");
    return 0;
}

bool JsonCursor::boolean() const {
    if (value_->is_boolean())
        return value_->get<bool>();
    complain(ErrorKind::WrongType, value_->type_name(), "true or false");
    return false;
}

std::uint64_t JsonCursor::hex() const {
    if (value_->is_string())
        if (const auto number = parseBareHex(value_->get<std::string>()))
            return *number;
    complain(ErrorKind::WrongType, value_->is_string() ? value_->get<std::string>() : value_->type_name(),
             "hex digits in a string");
    return 0;
}

std::string JsonCursor::text(const char* key) const {
    return member(key).text();
}
std::int64_t JsonCursor::integer(const char* key) const {
    return member(key).integer();
}
std::uint64_t JsonCursor::hex(const char* key) const {
    return member(key).hex();
}
std::int64_t JsonCursor::integerOr(const char* key, std::int64_t otherwise) const {
    return has(key) ? integer(key) : otherwise;
}
std::uint64_t JsonCursor::hexOr(const char* key, std::uint64_t otherwise) const {
    return has(key) ? hex(key) : otherwise;
}

} // namespace pfnscope
