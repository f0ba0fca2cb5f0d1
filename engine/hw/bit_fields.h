// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/address.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

/// Entry formats as tables of named bit fields. The one table of a format drives decoding, encoding, reserved
/// masks, the inspector's words and the tests.
namespace pfnscope::hw {

enum class FieldKind : std::uint8_t {
    Control,  ///< the hardware reads it, or sets it
    Address,  ///< bits of a physical address, in their place
    Reserved, ///< must be 0 while P = 1, else the access faults with RSVD
    Ignored,  ///< the hardware does not look: software's own
};

struct BitField {
    std::string_view name; ///< as the manual writes it: "R/W", "XD"
    std::uint8_t high = 0;
    std::uint8_t low = 0;
    FieldKind kind = FieldKind::Ignored;
    std::string_view meaning; ///< one sentence
    std::string_view section; ///< where the manual says so

    constexpr unsigned width() const { return high - low + 1U; }
    constexpr Word mask() const { return (width() == 64 ? ~Word{0} : (Word{1} << width()) - 1) << low; }
    constexpr Word get(Word entry) const { return (entry & mask()) >> low; }
    /// `value` must fit the field.
    constexpr Word set(Word entry, Word value) const { return (entry & ~mask()) | ((value << low) & mask()); }
};

/// All 64 bits of one kind of entry, low bits first.
class EntryFormat {
public:
    static constexpr std::size_t kMaxFields = 24;

    constexpr EntryFormat() = default;
    constexpr EntryFormat(std::string_view name, std::string_view section,
                          std::initializer_list<BitField> fields)
        : name_(name), section_(section) {
        for (const BitField& field : fields)
            add(field);
    }

    constexpr std::string_view name() const { return name_; }       ///< "PDE that maps a 2-MByte page"
    constexpr std::string_view section() const { return section_; } ///< "SDM table 4-18"
    constexpr std::span<const BitField> fields() const& { return {fields_.data(), count_}; }
    std::span<const BitField>
    fields() const&& = delete; ///< a loop over a temporary's fields would outlive them
    constexpr const BitField* find(std::string_view name) const {
        for (const BitField& field : fields()) {
            if (field.name == name)
                return &field;
        }
        return nullptr;
    }
    /// The mask of a field that must exist: a constant expression fails to compile otherwise.
    constexpr Word mask(std::string_view name) const { return find(name)->mask(); }
    constexpr Word mask(FieldKind kind) const {
        Word all = 0;
        for (const BitField& field : fields())
            all |= field.kind == kind ? field.mask() : 0;
        return all;
    }
    /// What every format has to be: no two fields overlap, and no bit is left over.
    constexpr bool coversEveryBitOnce() const {
        Word seen = 0;
        for (const BitField& field : fields()) {
            if (field.low > field.high || field.high > 63 || (seen & field.mask()) != 0)
                return false;
            seen |= field.mask();
        }
        return seen == ~Word{0};
    }

    /// The same format with ignored bits named by whoever uses them (an operating system's software bits);
    /// `named` is sorted by bit. A name for a bit that the hardware looks at is dropped; one that reaches
    /// into such a bit makes coversEveryBitOnce() false.
    constexpr EntryFormat withSoftwareBits(std::span<const BitField> named) const;

private:
    constexpr void add(const BitField& field) { fields_[count_++] = field; }

    std::string_view name_;
    std::string_view section_;
    std::array<BitField, kMaxFields> fields_{};
    std::size_t count_ = 0;
};

constexpr EntryFormat EntryFormat::withSoftwareBits(std::span<const BitField> named) const {
    EntryFormat result(name_, section_, {});
    for (const BitField& field : fields()) {
        unsigned from = field.low;
        for (const BitField& own : named) { // low bits first, as fields() are
            if (field.kind != FieldKind::Ignored || own.low < from || own.low > field.high)
                continue;
            if (own.low > from)
                result.add({field.name, static_cast<std::uint8_t>(own.low - 1),
                            static_cast<std::uint8_t>(from), field.kind, field.meaning, field.section});
            result.add(own);
            from = own.high + 1U;
        }
        if (from <= field.high)
            result.add({field.name, field.high, static_cast<std::uint8_t>(from), field.kind, field.meaning,
                        field.section});
    }
    return result;
}

} // namespace pfnscope::hw
