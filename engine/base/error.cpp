// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include <fmt/format.h>

namespace pfnscope {
namespace {

const char* words(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::CannotRead:
        return "cannot read";
    case ErrorKind::CannotWrite:
        return "cannot write";
    case ErrorKind::Syntax:
        return "syntax error";
    case ErrorKind::UnknownKey:
        return "unknown key";
    case ErrorKind::MissingKey:
        return "missing key";
    case ErrorKind::WrongType:
        return "wrong type";
    case ErrorKind::OutOfRange:
        return "out of range";
    case ErrorKind::Unaligned:
        return "not aligned";
    case ErrorKind::Overlap:
        return "overlap";
    case ErrorKind::UnknownName:
        return "unknown name";
    case ErrorKind::Duplicate:
        return "given twice";
    case ErrorKind::Limit:
        return "over the limit";
    case ErrorKind::Unsupported:
        return "not supported";
    }
    return "error";
}

} // namespace

std::string toText(const Error& error) {
    std::string text;
    if (!error.place.file.empty())
        text += error.place.file + ":";
    if (error.place.line > 0)
        text += fmt::format("{}:{}:", error.place.line, error.place.column);
    if (!text.empty())
        text += ' ';
    text += words(error.kind);
    if (!error.found.empty())
        text += fmt::format(" '{}'", error.found);
    if (!error.expected.empty())
        text += ": expected " + error.expected;
    return text;
}

} // namespace pfnscope
