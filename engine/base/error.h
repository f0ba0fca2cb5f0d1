// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

/// Errors are values with a reason. An Error is always somebody's input; our own mistakes are asserts.
namespace pfnscope {

/// Where in a file: 1-based line and column, 0 when the place is not known (a whole file, a command line).
struct Place {
    std::string file;
    int line = 0;
    int column = 0;
    bool operator==(const Place&) const = default;
};

enum class ErrorKind {
    CannotRead, ///< the file is missing, a folder, or may not be read
    CannotWrite,
    Syntax, ///< not YAML, not JSON, binary, empty
    UnknownKey,
    MissingKey,
    WrongType,
    OutOfRange, ///< a value outside what the field can hold
    Unaligned,
    Overlap,
    UnknownName, ///< a map, driver, process, option that nobody declared
    Duplicate,
    Limit, ///< more steps, maps, tables, bytes than the stated limit
    Unsupported,
};

/// `found` and `expected` are the two halves of the sentence that toText() makes; nobody else makes sentences
/// of errors.
struct Error {
    ErrorKind kind = ErrorKind::Syntax;
    Place place;
    std::string found;
    std::string expected;
    bool operator==(const Error&) const = default;
};

template <class T> using Result = tl::expected<T, Error>;

inline auto fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

/// "file.yaml:12:7: unknown key 'siez': expected one of name, at, size"
std::string toText(const Error& error);

} // namespace pfnscope
