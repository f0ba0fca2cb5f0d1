// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"
#include "scenario/kernel_record.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace pfnscope::scenario {
namespace {

std::string data(const std::string& name) {
    return std::string(PFNSCOPE_TEST_DATA "/kernel/") + name;
}

struct Totals {
    int sequences = 0;
    int steps = 0;
    int oopses = 0;
};

Result<Totals> readAll(const std::string& path) {
    Result<KernelRecord> record = KernelRecord::open(path);
    if (!record)
        return fail(record.error());
    Totals totals;
    for (;;) {
        const auto line = record->next();
        if (!line)
            return fail(line.error());
        if (!*line)
            return totals;
        if (const auto* end = std::get_if<RecordedEnd>(&**line)) {
            ++totals.sequences;
            totals.oopses += static_cast<int>(end->oopses.size());
        } else {
            ++totals.steps;
        }
    }
}

TEST(KernelRecord, ReadsEveryShippedRecord) {
    struct Expected {
        const char* file;
        int sequences, steps, oopses; // counted with grep
    };
    for (const Expected& one :
         {Expected{"mainline.jsonl.gz", 71, 792, 2}, Expected{"naive.jsonl.gz", 3, 30, 0},
          Expected{"option-A.jsonl.gz", 6, 66, 0}, Expected{"option-B.jsonl.gz", 5, 52, 0},
          Expected{"option-C.jsonl.gz", 4, 45, 0}, Expected{"option-D.jsonl.gz", 4, 44, 1},
          Expected{"rfc-v2.jsonl.gz", 10, 132, 1}, Expected{"rfc-v4.jsonl.gz", 5, 52, 0}}) {
        const auto totals = readAll(data(one.file));
        ASSERT_TRUE(totals) << toText(totals.error());
        EXPECT_EQ(totals->sequences, one.sequences) << one.file;
        EXPECT_EQ(totals->steps, one.steps) << one.file;
        EXPECT_EQ(totals->oopses, one.oopses) << one.file;
    }
}

class BadRecord : public ::testing::Test {
protected:
    Error errorOf(const std::string& content) {
        const std::string path = (std::filesystem::path(::testing::TempDir()) / "bad_record.jsonl").string();
        EXPECT_TRUE(writeFileAtomically(path, content));
        const auto totals = readAll(path);
        EXPECT_FALSE(totals);
        return totals ? Error{} : totals.error();
    }
    const std::string start_ =
        R"({"seq":"F/x","step":0,"op":"start","args":{"base":"100000000000","src":"F"},"ret":0})"
        "\n";
};

TEST_F(BadRecord, BrokenJsonNamesLineAndColumn) {
    const Error error = errorOf(start_ + R"({"seq":"F/x","step":1,]})" + "\n");
    EXPECT_EQ(error.kind, ErrorKind::Syntax);
    EXPECT_EQ(error.place.line, 2);
    EXPECT_EQ(error.place.column, 23);
}

TEST_F(BadRecord, AWrongValueNamesItsOwnColumn) {
    const std::string line =
        R"({"seq":"F/x","step":1,"op":"munmap","args":{"va":"1000","len":"xyz"},"ret":0})";
    const Error error = errorOf(start_ + line + "\n");
    EXPECT_EQ(error.kind, ErrorKind::WrongType);
    EXPECT_EQ(error.place.line, 2);
    EXPECT_EQ(error.place.column, static_cast<int>(line.find("\"xyz\"")) + 1);
    EXPECT_EQ(error.found, "xyz");
}

TEST_F(BadRecord, AMissingArgumentAndAnUnknownOperationAreSaid) {
    const Error missing =
        errorOf(start_ + R"({"seq":"F/x","step":1,"op":"munmap","args":{"va":"1000"},"ret":0})" + "\n");
    EXPECT_EQ(missing.kind, ErrorKind::MissingKey);
    EXPECT_EQ(missing.found, "len");
    const Error unknown =
        errorOf(start_ + R"({"seq":"F/x","step":1,"op":"mmunap","args":{},"ret":0})" + "\n");
    EXPECT_EQ(unknown.kind, ErrorKind::UnknownName);
    EXPECT_EQ(unknown.found, "mmunap");
}

TEST_F(BadRecord, SequencesMustBeWholeAndInOrder) {
    const std::string end = R"({"seq":"F/x","end":true,"worker":"exit 0","oops":[],"verdict":"clean"})"
                            "\n";
    const std::string other = R"({"seq":"F/y","step":1,"op":"fork","args":{},"ret":0})"
                              "\n";
    EXPECT_EQ(errorOf(start_).place.line, 2);
    EXPECT_EQ(errorOf(start_ + other).place.line, 2);
    EXPECT_EQ(errorOf(end).place.line, 1);
    EXPECT_EQ(errorOf(start_ + end + other).place.line, 3);
}

TEST_F(BadRecord, ADumpOutsideTheTablesIsAnError) {
    const std::string line =
        R"({"seq":"F/x","step":1,"op":"fork","args":{},"ret":0,"mm":{"pgt":0,"vmas":[],"pgd":[{"va":"0",)"
        R"("val_flags":"P","pud_table":"U1","pud":[{"va":"0","val_flags":"P","pmd_table":"M1","deposit":[],)"
        R"("pmd":[{"va":"0","pte_table":"P1","val_flags":"P|XX","runs":[[500,13,"1","0","P"]]}]}]}]}})";
    const Error flags = errorOf(start_ + line + "\n");
    EXPECT_EQ(flags.found, "XX");
    EXPECT_EQ(flags.place.column, static_cast<int>(line.find("\"P|XX\"")) + 1);
    std::string run = line;
    run.replace(run.find("P|XX"), 4, "P");
    const Error range = errorOf(start_ + run + "\n");
    EXPECT_EQ(range.kind, ErrorKind::OutOfRange);
    EXPECT_EQ(range.place.column, static_cast<int>(run.find("[500")) + 1);
}

TEST(KernelRecord, TheDriversModesBecomeOneMmap) {
    const std::string text =
        R"({"va":"100000000000","len":"400000","phys":"40000000","mode":"kernfs_sigbus_mkwrite",)"
        R"("cache":"WC","orders":3,"share":"private","fail_nth":2})";
    const JsonLine line{1, text, nlohmann::json::parse(text)};
    const std::string file = "f";
    JsonCursor::Context context{file, line, {}};
    const RecordedOperation found = readOperation("mmap_dev", JsonCursor(context), 1);
    ASSERT_FALSE(context.error);
    const auto& map = std::get<mm::Mmap>(*found.action);
    EXPECT_EQ(map.size, Bytes(4U << 20));
    EXPECT_EQ(map.share, mm::Share::Private);
    EXPECT_EQ(map.driver->cache, mm::CacheMode::WriteCombining);
    EXPECT_TRUE(map.driver->ops.access);
    EXPECT_EQ(map.driver->ops.fault, machine::FaultHandler::None);
    ASSERT_EQ(map.remap.size(), 1U);
    EXPECT_EQ(map.remap[0].pfn, Pfn(0x40000));
    EXPECT_EQ(map.remap[0].failAllocation, 2U);
    ASSERT_TRUE(map.opsAfterRemap);
    EXPECT_EQ(map.opsAfterRemap->ops.fault, machine::FaultHandler::Sigbus);
    EXPECT_TRUE(map.opsAfterRemap->ops.pageMkwrite);
}

} // namespace
} // namespace pfnscope::scenario
