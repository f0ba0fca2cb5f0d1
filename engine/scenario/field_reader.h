// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "scenario/address_book.h"
#include "scenario/words.h"

#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// Reads the keys of one operation; see fields.h. The first error stays, and nothing is read after it.
namespace pfnscope::scenario {

class FieldReader {
public:
    /// `map` is the operation's value. All three must outlive the reader.
    FieldReader(const yaml::Node& map, const AddressBook& book, const std::vector<NamedDriver>& drivers,
                machine::Pid process);

    void newName(std::string_view key, std::string& into);
    void address(std::string_view key, VirtAddr& into, Bytes unit);
    /// Where something will be mapped: a number, nothing mapped there yet.
    void freeAddress(std::string_view key, VirtAddr& into);
    void optionalAddress(std::string_view key, std::optional<VirtAddr>& into);
    /// Whole pages, at least one, at most kLargestMap.
    void size(std::string_view key, Bytes& into, std::optional<Bytes> absent = std::nullopt);
    /// Whole pages, possibly none.
    void length(std::string_view key, Bytes& into, Bytes absent);
    void flag(std::string_view key, bool& into, bool absent);
    void count(std::string_view key, std::uint32_t& into, std::uint32_t absent);
    void frames(std::string_view key, Pfn& into, Bytes size);
    void driverOrNull(std::string_view key, std::optional<mm::Driver>& into);
    void knownFile(std::string_view key, std::string& into);
    void source(mm::Mmap& map);

    template <class T, std::size_t N>
    void word(std::string_view key, T& into, const Words<T, N>& words,
              std::type_identity_t<std::optional<T>> absent = std::nullopt) {
        if (const yaml::Node* node = find(key, !absent))
            keep(readWord(*node, words), into);
        else if (absent)
            into = *absent;
    }

    /// The error, if there was one; an unknown key is one.
    Result<void> finish();
    /// Keys that belong to the step rather than to the operation.
    const yaml::Node* stepKey(std::string_view key) { return find(key, false); }

private:
    const yaml::Node* find(std::string_view key, bool required);
    void fail(Error error);
    template <class T> void keep(Result<T> value, T& into) {
        if (value)
            into = std::move(*value);
        else
            fail(std::move(value.error()));
    }
    Result<VirtAddr> readAddress(const yaml::Node& node, Bytes unit) const;
    Result<VirtAddr> namedAddress(const yaml::Node& node) const;
    Result<Bytes> readLength(const yaml::Node& node, Bytes least) const;
    Result<mm::Driver> readDriverName(const yaml::Node& node) const;
    void refuseOverlap(const yaml::Node& node, VirtRange range);
    void deviceSource(mm::Mmap& map, const yaml::Node& driver);
    void remap(mm::Mmap& map, const yaml::Node& node);
    std::optional<mm::RemapPart> remapPart(const mm::Mmap& map, const yaml::Node& node);

    const yaml::Node& map_;
    const AddressBook& book_;
    const std::vector<NamedDriver>& drivers_;
    machine::Pid process_;
    std::vector<std::string_view> known_;
    std::optional<Error> error_;
};

} // namespace pfnscope::scenario
