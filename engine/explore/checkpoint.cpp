// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/checkpoint.h"

#include "base/atomic_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace pfnscope::explore {
namespace {

// All numbers are 64-bit words in the machine's order, which the magic word tells: magic, version, fixed
// state size, length of the identity, states, bytes in the arena, end of level, next, transitions,
// nanoseconds, levels, findings; then the identity, the levels, four words a finding, the columns of the
// store, and a checksum of all of that.
constexpr std::uint64_t kMagic = 0x3148435345534650ULL; // "PFSESCH1"
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kHeaderWords = 12;
constexpr std::size_t kFindingWords = 4;
constexpr std::size_t kBlock = std::size_t{1} << 20;

using Header = std::array<std::uint64_t, kHeaderWords>;

template <class T> std::span<const std::byte> bytesOf(const T& words) {
    return std::as_bytes(std::span(words));
}

/// Takes the checksum by the same blocks as the writer: a column is read by one call.
class Reader {
public:
    explicit Reader(const std::string& path) : file_(path, std::ios::binary) {
        left_ = std::filesystem::file_size(path, error_);
        if (!file_ && !error_)
            error_ = std::make_error_code(std::errc::permission_denied);
    }
    std::error_code error() const { return error_; }
    std::uint64_t left() const { return left_; }
    bool read(std::span<std::byte> bytes) {
        if (bytes.size() > left_)
            return false;
        for (; !bytes.empty(); bytes = bytes.subspan(std::min(kBlock, bytes.size()))) {
            const auto block = bytes.first(std::min(kBlock, bytes.size()));
            if (!file_.read(reinterpret_cast<char*>(block.data()),
                            static_cast<std::streamsize>(block.size())))
                return false;
            checksum_ = hashBytes(block, checksum_);
            left_ -= block.size();
        }
        return true;
    }
    bool readWords(std::span<std::uint64_t> words) { return read(std::as_writable_bytes(words)); }
    bool endsInChecksum() {
        const std::uint64_t expected = checksum_;
        std::array<std::uint64_t, 1> found{};
        return readWords(found) && found[0] == expected && left_ == 0;
    }

private:
    std::ifstream file_;
    std::uint64_t left_ = 0;
    std::error_code error_;
    std::uint64_t checksum_ = 0;
};

Header headerOf(const std::string& identity, StateSize stateSize, const CheckpointSizes& sizes,
                const SearchPosition& position) {
    return {kMagic,
            kVersion,
            stateSize.fixed,
            identity.size(),
            sizes.states,
            sizes.arenaBytes,
            position.levelEnd,
            position.next,
            position.transitions,
            static_cast<std::uint64_t>(position.elapsed.count()),
            position.levelStarts.size(),
            position.findings.size()};
}

struct Sizes {
    std::uint64_t stateSize, identity, states, arena, levels, findings;
    SearchPosition position;
};

Sizes sizesOf(const Header& header) {
    const auto [magic, version, stateSize, identity, states, arena, levelEnd, next, transitions, elapsed,
                levels, findings] = header;
    Sizes sizes{stateSize, identity, states, arena, levels, findings, {}};
    sizes.position.levelEnd = static_cast<std::uint32_t>(std::min<std::uint64_t>(levelEnd, raw(kNoState)));
    sizes.position.next = static_cast<std::uint32_t>(std::min<std::uint64_t>(next, raw(kNoState)));
    sizes.position.transitions = transitions;
    sizes.position.elapsed = std::chrono::nanoseconds(elapsed);
    return sizes;
}

bool areOrdered(const SearchPosition& position, std::uint64_t states) {
    const auto& starts = position.levelStarts;
    if (states == 0)
        return starts.empty() && position.next == 0 && position.levelEnd == 0;
    return !starts.empty() && starts.front() == 0 && std::ranges::is_sorted(starts) &&
           starts.back() <= position.next && position.next <= position.levelEnd &&
           position.levelEnd <= states;
}

bool areInside(const std::vector<FirstFinding>& findings, std::uint64_t states) {
    return std::ranges::all_of(findings, [states](const FirstFinding& finding) {
        return finding.from == kNoState || raw(finding.from) < states;
    });
}

std::vector<std::uint64_t> levelWords(const SearchPosition& position) {
    return {position.levelStarts.begin(), position.levelStarts.end()};
}

std::vector<std::uint64_t> findingWords(const SearchPosition& position) {
    std::vector<std::uint64_t> words;
    for (const FirstFinding& finding : position.findings)
        words.insert(words.end(), {static_cast<std::uint64_t>(finding.kind), raw(finding.from),
                                   static_cast<std::uint64_t>(finding.action), finding.seen});
    return words;
}

/// What comes after the identity. False if the file ends early or says what cannot be.
bool readBody(Reader& reader, Sizes& sizes, StateStore& store) {
    SearchPosition& position = sizes.position;
    std::vector<std::uint64_t> levels(sizes.levels), findings(sizes.findings * kFindingWords);
    if (!reader.readWords(levels) || !reader.readWords(findings))
        return false;
    for (const std::uint64_t start : levels)
        position.levelStarts.push_back(static_cast<std::uint32_t>(start));
    for (std::size_t at = 0; at < findings.size(); at += kFindingWords)
        position.findings.push_back({FindingKind(findings[at]), StateIndex(findings[at + 1]),
                                     ActionId(findings[at + 2]), findings[at + 3]});
    const auto count = static_cast<std::uint32_t>(sizes.states);
    for (const std::span<std::byte> column : store.columns(count, sizes.arena))
        if (!reader.read(column))
            return false;
    store.publish(count, sizes.arena);
    return reader.endsInChecksum() && areOrdered(position, count) && areInside(position.findings, count) &&
           store.isSound(position.initialStates());
}

/// Whether the file can hold what its header says: then no sum overflows and no room is made in vain.
bool fits(const Sizes& sizes, std::uint64_t left) {
    const std::uint64_t words = left / sizeof(std::uint64_t);
    return std::max({sizes.identity, sizes.states, sizes.arena}) <= left && sizes.levels <= words &&
           sizes.findings <= words / kFindingWords;
}

} // namespace

std::vector<std::uint32_t> SearchPosition::statesAtDepth(std::uint32_t count) const {
    std::vector<std::uint32_t> ends(levelStarts), states;
    ends.push_back(levelEnd);
    ends.push_back(count);
    for (std::size_t level = 1; level < ends.size(); ++level)
        if (ends[level] > ends[level - 1])
            states.push_back(ends[level] - ends[level - 1]);
    return states;
}

void SearchPosition::merge(std::uint64_t moreTransitions, const std::vector<FirstFinding>& found) {
    transitions += moreTransitions;
    for (const FirstFinding& finding : found) {
        const auto known = std::ranges::find(findings, finding.kind, &FirstFinding::kind);
        if (known != findings.end())
            known->seen += finding.seen;
        else
            findings.push_back(finding);
    }
}

Result<CheckpointWriter> CheckpointWriter::create(const std::string& path, const std::string& identity,
                                                  StateSize stateSize, const CheckpointSizes& sizes,
                                                  const SearchPosition& position) {
    auto file = AtomicFile::create(path);
    if (!file)
        return fail(file.error());
    CheckpointWriter writer(std::move(*file));
    writer.writeWhole(bytesOf(headerOf(identity, stateSize, sizes, position)));
    writer.writeWhole(bytesOf(identity));
    writer.writeWhole(bytesOf(levelWords(position)));
    writer.writeWhole(bytesOf(findingWords(position)));
    return writer;
}

void CheckpointWriter::add(std::span<const std::byte> piece) {
    while (!piece.empty()) {
        if (block_.empty() && piece.size() >= kBlock) {
            writeBlock(piece.first(kBlock));
            piece = piece.subspan(kBlock);
            continue;
        }
        const auto part = piece.first(std::min(kBlock - block_.size(), piece.size()));
        block_.insert(block_.end(), part.begin(), part.end());
        piece = piece.subspan(part.size());
        if (block_.size() == kBlock)
            endColumn();
    }
}

void CheckpointWriter::endColumn() {
    if (!block_.empty())
        writeBlock(block_);
    block_.clear();
}

Result<void> CheckpointWriter::finish() {
    writeWhole(bytesOf(std::array{checksum_}));
    return result_ ? file_.commit() : result_;
}

void CheckpointWriter::writeBlock(std::span<const std::byte> block) {
    if (!result_)
        return;
    checksum_ = hashBytes(block, checksum_);
    result_ = file_.write({reinterpret_cast<const char*>(block.data()), block.size()});
}

void CheckpointWriter::writeWhole(std::span<const std::byte> column) {
    add(column);
    endColumn();
}

Result<void> writeCheckpoint(const std::string& path, const std::string& identity, const StateStore& store,
                             const SearchPosition& position) {
    auto writer = CheckpointWriter::create(path, identity, store.stateSize(),
                                           {store.count(), store.arenaBytes()}, position);
    if (!writer)
        return fail(writer.error());
    for (const std::span<std::byte> column : store.columns(store.count(), store.arenaBytes())) {
        writer->add(column);
        writer->endColumn();
    }
    return writer->finish();
}

Result<SearchPosition> readCheckpoint(const std::string& path, const std::string& identity, Bytes memory,
                                      StateStore& store) {
    const auto refuse = [&path](ErrorKind kind, std::string found, std::string expected) {
        return fail({kind, {path}, std::move(found), std::move(expected)});
    };
    const auto damaged = [&refuse] {
        return refuse(ErrorKind::Syntax, "a damaged file", "a whole checkpoint of a search");
    };
    Reader reader(path);
    if (reader.error())
        return refuse(ErrorKind::CannotRead, reader.error().message(), "a file that can be read");
    Header header{};
    if (!reader.readWords(header) || header[0] != kMagic)
        return refuse(ErrorKind::Syntax, "another kind of file", "a checkpoint of a search");
    if (header[1] != kVersion)
        return refuse(ErrorKind::Unsupported, fmt::format("version {}", header[1]),
                      fmt::format("version {}", kVersion));
    Sizes sizes = sizesOf(header);
    if (!fits(sizes, reader.left()))
        return damaged();
    std::string model(sizes.identity, '\0');
    if (!reader.read(std::as_writable_bytes(std::span(model))))
        return damaged();
    if (model != identity || sizes.stateSize != store.stateSize().fixed)
        return refuse(ErrorKind::Unsupported, "a search of another model",
                      fmt::format("a search of {}", identity));
    if (sizes.states > kMaxStates || store.memoryFor(sizes.states, sizes.arena) > memory)
        return refuse(ErrorKind::Limit, fmt::format("{} states", sizes.states),
                      fmt::format("a search within {}", toText(memory)));
    if (!readBody(reader, sizes, store))
        return damaged();
    return std::move(sizes.position);
}

} // namespace pfnscope::explore
