// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/bits.h"

#include "base/wrap.h"
#include "render/svg.h"
#include "render/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace pfnscope::render {
namespace {

using hw::BitField;
using hw::EntryFormat;
using hw::FieldKind;

constexpr int kBitsPerRow = 16;
constexpr int kCellsPerBit = 4; ///< three for the name, one for the border
constexpr int kRows = 4;

/// The part of a field that lies in one row.
struct Piece {
    const BitField* field = nullptr;
    int high = 0;
    int low = 0;
    int bits() const { return high - low + 1; }
};

std::vector<Piece> piecesOf(const EntryFormat& format, int row) {
    const int low = row * kBitsPerRow;
    const int high = low + kBitsPerRow - 1;
    std::vector<Piece> pieces;
    for (const BitField& field : format.fields())
        if (field.low <= high && field.high >= low)
            pieces.push_back({&field, std::min<int>(field.high, high), std::max<int>(field.low, low)});
    std::reverse(pieces.begin(), pieces.end());
    return pieces;
}

/// Names that do not fit their cells get a letter, explained in the list below.
std::map<const BitField*, std::string> keysOf(const EntryFormat& format) {
    std::map<const BitField*, std::string> keys;
    char next = 'a';
    for (const BitField& field : format.fields())
        if (static_cast<int>(field.name.size()) > static_cast<int>(field.width()) * kCellsPerBit - 1 &&
            field.kind != FieldKind::Ignored)
            keys[&field] = fmt::format("({})", next++);
        else if (field.kind == FieldKind::Ignored && field.name != "Ignored" &&
                 field.name.size() > field.width() * kCellsPerBit - 1U)
            keys[&field] = fmt::format("({})", next++);
    return keys;
}

std::string label(const Piece& piece, const std::map<const BitField*, std::string>& keys) {
    if (const auto key = keys.find(piece.field); key != keys.end())
        return key->second;
    const auto room = static_cast<std::size_t>(piece.bits() * kCellsPerBit - 1);
    if (piece.field->name == "Ignored" && room < 7)
        return "ign";
    return piece.field->name.size() <= room ? std::string(piece.field->name)
                                            : "..."; // it goes on in another row
}

std::string ruler(int row) {
    std::string line;
    for (int bit = (row + 1) * kBitsPerRow - 1; bit >= row * kBitsPerRow; --bit)
        line += fmt::format("{:>3} ", bit);
    line.pop_back();
    return line;
}

std::string border(const std::vector<Piece>& pieces) {
    std::string line = "+";
    for (const Piece& piece : pieces)
        line += std::string(static_cast<std::size_t>(piece.bits() * kCellsPerBit - 1), '-') + '+';
    return line;
}

std::string bitsText(const BitField& field) {
    return field.width() == 1 ? fmt::format("{}", field.low) : fmt::format("{}:{}", field.high, field.low);
}

std::string fieldLines(const BitField& field, const std::map<const BitField*, std::string>& keys) {
    constexpr std::size_t kIndent = 8;
    constexpr std::size_t kWidth = 72 - kIndent;
    const auto key = keys.find(&field);
    const std::string words = fmt::format("{}{}: {} [{}]", key != keys.end() ? key->second + " " : "",
                                          field.name, field.meaning, field.section);
    std::string text;
    for (const std::string& line : wrapText(toAscii(words), kWidth))
        text += fmt::format("{:>6}  {}\n", text.empty() ? bitsText(field) : "", line);
    return text;
}

std::string_view kindClass(FieldKind kind) {
    switch (kind) {
    case FieldKind::Control:
        return "control";
    case FieldKind::Address:
        return "address";
    case FieldKind::Reserved:
        return "reserved";
    case FieldKind::Ignored:
        return "ignored";
    }
    return "ignored";
}

std::string svgText(int x, int y, std::string_view words, std::string_view cls) {
    return words.empty()
               ? std::string()
               : fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>", cls, x, y, escapeXml(words));
}

constexpr int kBitWidth = 36;
constexpr int kRowHeight = 56;
constexpr int kLineHeight = 18;
constexpr int kSvgMargin = 14;

std::string svgRow(const EntryFormat& format, int row, int top) {
    std::string out;
    for (const Piece& piece : piecesOf(format, row)) {
        const int x = kSvgMargin + ((row + 1) * kBitsPerRow - 1 - piece.high) * kBitWidth;
        const int width = piece.bits() * kBitWidth;
        out += fmt::format("<g class=\"field {}\"><title>bits {}: {}: {}</title><rect x=\"{}\" y=\"{}\" "
                           "width=\"{}\" height=\"26\"/>",
                           kindClass(piece.field->kind), bitsText(*piece.field), escapeXml(piece.field->name),
                           escapeXml(piece.field->meaning), x, top + 16, width);
        const bool fits = static_cast<int>(piece.field->name.size()) * 7 <= width - 2;
        const std::string words = fits ? std::string(piece.field->name) : bitsText(*piece.field);
        out += svgText(x + width / 2, top + 34, words, "name");
        out += svgText(x + kBitWidth / 2, top + 12, fmt::format("{}", piece.high), "bit");
        if (piece.bits() > 1)
            out += svgText(x + width - kBitWidth / 2, top + 12, fmt::format("{}", piece.low), "bit");
        out += "</g>\n";
    }
    return out;
}

constexpr std::string_view kBitsStyle =
    ".bits text{font:12px 'DejaVu Sans Mono','Liberation Mono',monospace;fill:#000;text-anchor:middle}\n"
    ".bits .bit{font-size:9px;fill:#555}.bits .list,.bits .head{text-anchor:start}.bits "
    ".head{font-weight:bold}\n"
    ".bits .page{fill:#fff;stroke:none}.bits rect{stroke:#444}.bits .control rect{fill:#e3f0f8}\n"
    ".bits .address rect{fill:#fbecca}.bits .reserved rect{fill:#fbe0d0}.bits .ignored rect{fill:#f2f2f2}\n"
    "@media (prefers-color-scheme:dark){.bits text{fill:#eee}.bits .bit{fill:#ccc}.bits .page{fill:#14171a}"
    ".bits .control rect{fill:#10344a}.bits .address rect{fill:#4a3508}.bits .reserved rect{fill:#4d2408}"
    ".bits .ignored rect{fill:#262b30}}\n";

} // namespace

std::string renderBitsText(const EntryFormat& format) {
    const auto keys = keysOf(format);
    std::string out = fmt::format("{} [{}]\n", format.name(), format.section());
    for (int row = kRows - 1; row >= 0; --row) {
        const auto pieces = piecesOf(format, row);
        out += '\n' + ruler(row) + '\n' + border(pieces) + '\n';
        std::string line = "|";
        for (const Piece& piece : pieces)
            line += fmt::format("{:^{}}|", label(piece, keys), piece.bits() * kCellsPerBit - 1);
        out += line + '\n' + border(pieces) + '\n';
    }
    out += '\n';
    const auto fields = format.fields();
    for (auto field = fields.rbegin(); field != fields.rend(); ++field)
        out += fieldLines(*field, keys);
    return out;
}

std::string renderBitsSvg(const EntryFormat& format) {
    const int width = 2 * kSvgMargin + kBitsPerRow * kBitWidth;
    const auto fields = format.fields();
    const int listTop = 40 + kRows * kRowHeight + kLineHeight;
    std::vector<std::string> lines;
    for (auto field = fields.rbegin(); field != fields.rend(); ++field)
        for (const std::string& line :
             wrapText(fmt::format("{} {}: {}", bitsText(*field), field->name, field->meaning), 76))
            lines.push_back(line);
    const int height = listTop + static_cast<int>(lines.size()) * kLineHeight + kSvgMargin;
    std::string out =
        fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
                    "height=\"{1}\" role=\"img\" class=\"bits\">\n<title>{2}</title>\n"
                    "<style>\n{3}</style>\n<rect class=\"page\" width=\"{0}\" height=\"{1}\"/>\n",
                    width, height, escapeXml(format.name()), kBitsStyle);
    out += svgText(kSvgMargin, 24, fmt::format("{} [{}]", format.name(), format.section()), "head") + "\n";
    for (int row = kRows - 1; row >= 0; --row)
        out += svgRow(format, row, 40 + (kRows - 1 - row) * kRowHeight);
    for (std::size_t i = 0; i < lines.size(); ++i)
        out += svgText(kSvgMargin, listTop + static_cast<int>(i) * kLineHeight, lines[i], "list") + "\n";
    return out + "</svg>\n";
}

std::string renderBitsMermaid(const EntryFormat& format) {
    std::string out = fmt::format("packet-beta\ntitle {}\n", format.name());
    for (const BitField& field : format.fields())
        out += field.width() == 1 ? fmt::format("{}: \"{}\"\n", field.low, field.name)
                                  : fmt::format("{}-{}: \"{}\"\n", field.low, field.high, field.name);
    return out;
}

} // namespace pfnscope::render
