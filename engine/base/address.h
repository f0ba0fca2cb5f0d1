// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

/// Addresses, sizes and frame numbers, each a type of its own: a virtual address is never taken for a
/// physical one, a frame number never for an address, a length never for either. There is no implicit
/// conversion in or out; raw() is for the code that really needs the bits (formats, hashing, printing).
namespace pfnscope {

using Word = std::uint64_t; ///< one page-table entry, as the hardware reads it

inline constexpr unsigned kPageShift = 12; ///< the base page of every format modelled so far: 4 KiB
inline constexpr unsigned kWordsPerFrame = 512;

/// A length in bytes.
class Bytes {
public:
    constexpr Bytes() = default;
    constexpr explicit Bytes(std::uint64_t count) : count_(count) {}
    constexpr std::uint64_t raw() const { return count_; }
    constexpr std::uint64_t pages() const { return count_ >> kPageShift; }
    constexpr bool isZero() const { return count_ == 0; }
    constexpr bool isMultipleOf(Bytes unit) const { return count_ % unit.count_ == 0; }
    constexpr Bytes operator+(Bytes other) const { return Bytes(count_ + other.count_); }
    constexpr Bytes operator-(Bytes other) const { return Bytes(count_ - other.count_); }
    constexpr Bytes operator*(std::uint64_t times) const { return Bytes(count_ * times); }
    constexpr std::uint64_t operator/(Bytes unit) const { return count_ / unit.count_; }
    constexpr Bytes& operator+=(Bytes other) { return *this = *this + other; }
    constexpr auto operator<=>(const Bytes&) const = default;

private:
    std::uint64_t count_ = 0;
};

namespace literals {
constexpr Bytes operator""_B(unsigned long long count) {
    return Bytes(count);
}
constexpr Bytes operator""_KiB(unsigned long long count) {
    return Bytes(count << 10);
}
constexpr Bytes operator""_MiB(unsigned long long count) {
    return Bytes(count << 20);
}
constexpr Bytes operator""_GiB(unsigned long long count) {
    return Bytes(count << 30);
}
} // namespace literals

inline constexpr Bytes kPageSize{1ULL << kPageShift};

namespace detail {
/// What virtual and physical addresses share; Self keeps the two apart.
template <class Self> class Address {
public:
    constexpr Address() = default;
    constexpr explicit Address(std::uint64_t value) : value_(value) {}
    constexpr std::uint64_t raw() const { return value_; }
    constexpr bool isAligned(Bytes unit) const {
        return (value_ & (unit.raw() - 1)) == 0;
    } ///< unit: a power of two
    constexpr Self alignedDown(Bytes unit) const { return Self(value_ & ~(unit.raw() - 1)); }
    constexpr Self alignedUp(Bytes unit) const { return Self((value_ + unit.raw() - 1) & ~(unit.raw() - 1)); }
    constexpr Bytes offsetIn(Bytes unit) const { return Bytes(value_ & (unit.raw() - 1)); }
    constexpr Self operator+(Bytes length) const { return Self(value_ + length.raw()); }
    constexpr Self operator-(Bytes length) const { return Self(value_ - length.raw()); }
    constexpr Bytes operator-(Self other) const { return Bytes(value_ - other.raw()); }
    constexpr Self& operator+=(Bytes length) {
        value_ += length.raw();
        return static_cast<Self&>(*this);
    }
    constexpr auto operator<=>(const Address&) const = default;

private:
    std::uint64_t value_ = 0;
};
} // namespace detail

/// A virtual (linear) address.
class VirtAddr : public detail::Address<VirtAddr> {
public:
    using Address::Address;
};

/// The number of a 4 KiB physical frame.
class Pfn {
public:
    constexpr Pfn() = default;
    constexpr explicit Pfn(std::uint64_t number) : number_(number) {}
    constexpr std::uint64_t raw() const { return number_; }
    constexpr bool isAligned(std::uint64_t frames) const { return (number_ & (frames - 1)) == 0; }
    constexpr Pfn operator+(std::uint64_t frames) const { return Pfn(number_ + frames); }
    constexpr Pfn operator-(std::uint64_t frames) const { return Pfn(number_ - frames); }
    constexpr std::uint64_t operator-(Pfn other) const { return number_ - other.number_; }
    constexpr auto operator<=>(const Pfn&) const = default;

private:
    std::uint64_t number_ = 0;
};

/// A physical address.
class PhysAddr : public detail::Address<PhysAddr> {
public:
    using Address::Address;
    constexpr explicit PhysAddr(Pfn frame) : Address(frame.raw() << kPageShift) {}
    constexpr Pfn frame() const { return Pfn(raw() >> kPageShift); }
};

/// [start, end), as VMAs and zaps count.
struct VirtRange {
    VirtAddr start;
    VirtAddr end;
    constexpr Bytes size() const { return end - start; }
    constexpr bool contains(VirtAddr at) const { return start <= at && at < end; }
    constexpr bool contains(const VirtRange& other) const { return start <= other.start && other.end <= end; }
    constexpr bool overlaps(const VirtRange& other) const { return start < other.end && other.start < end; }
    constexpr auto operator<=>(const VirtRange&) const = default;
};

/// "0x7f0000000000": how every address is written, in every output.
std::string toHex(std::uint64_t value);
std::string toText(VirtAddr address);
std::string toText(PhysAddr address);
std::string toText(Pfn frame);
/// "4K", "2M", "64G", "12345": the largest unit that divides the length.
std::string toText(Bytes length);

} // namespace pfnscope

template <> struct std::hash<pfnscope::Pfn> {
    std::size_t operator()(pfnscope::Pfn frame) const noexcept {
        return std::hash<std::uint64_t>{}(frame.raw());
    }
};
template <> struct std::hash<pfnscope::VirtAddr> {
    std::size_t operator()(pfnscope::VirtAddr at) const noexcept {
        return std::hash<std::uint64_t>{}(at.raw());
    }
};
