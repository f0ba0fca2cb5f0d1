// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

/// Files of one JSON object a line, plain or compressed with gzip, read line by line: memory does not grow
/// with the file.
namespace pfnscope {

struct JsonLine {
    int number = 0; ///< from 1
    std::string text;
    nlohmann::json value; ///< an object
};

class JsonLines {
public:
    static Result<JsonLines> open(const std::string& path);
    JsonLines(JsonLines&&) noexcept;
    JsonLines& operator=(JsonLines&&) noexcept;
    ~JsonLines();

    /// The next line that is not blank; false at the end of the file.
    Result<bool> next(JsonLine& line);
    const std::string& path() const { return path_; }

private:
    struct Stream;
    JsonLines(std::string path, std::unique_ptr<Stream> stream);
    Result<bool> readText(JsonLine& line);

    std::string path_;
    std::unique_ptr<Stream> stream_;
};

/// A value inside a line together with the way to it, so that a complaint can name its column. Asking for
/// what is not there, or is of another type, gives a neutral value and keeps the first error in the Context:
/// a reader asks for everything and looks at the error once.
class JsonCursor {
public:
    struct Context {
        const std::string& file;
        const JsonLine& line;
        std::optional<Error> error;
    };

    explicit JsonCursor(Context& context) : context_(context), value_(&context.line.value) {}

    bool has(std::string_view key) const { return value_->is_object() && value_->contains(std::string(key)); }
    bool isText() const { return value_->is_string(); }
    bool isNull() const { return value_->is_null(); }
    JsonCursor member(const char* key) const&;
    JsonCursor member(const char* key) const&& = delete; ///< the way to a value goes through living cursors
    /// The elements of an array.
    void forEach(const std::function<void(const JsonCursor&)>& each) const;
    JsonCursor element(std::size_t index) const&;

    std::string text() const;
    std::int64_t integer() const;
    bool boolean() const;
    std::uint64_t hex() const; ///< a string of hex digits without 0x
    std::string text(const char* key) const;
    std::int64_t integer(const char* key) const;
    std::uint64_t hex(const char* key) const;
    std::int64_t integerOr(const char* key, std::int64_t otherwise) const;
    std::uint64_t hexOr(const char* key, std::uint64_t otherwise) const;

    /// Keeps the error, unless there is an earlier one.
    void complain(ErrorKind kind, std::string found, std::string expected) const;

private:
    JsonCursor(const JsonCursor& parent, const nlohmann::json& value, std::string_view key, std::size_t index)
        : context_(parent.context_), value_(&value), parent_(&parent), key_(key), index_(index) {}
    std::size_t offset() const;

    Context& context_;
    const nlohmann::json* value_;
    const JsonCursor* parent_ = nullptr;
    std::string_view key_; ///< empty: an element of an array
    std::size_t index_ = 0;
};

} // namespace pfnscope
