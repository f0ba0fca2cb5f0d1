// SPDX-License-Identifier: GPL-3.0-or-later
#include "machine/state.h"
#include "support/property.h"

#include <list>

using namespace pfnscope;
using namespace pfnscope::machine;

namespace {

std::vector<std::uint64_t> withdrawAll(DepositRing ring) {
    std::vector<std::uint64_t> order;
    while (!ring.empty())
        order.push_back(withdrawFrom(ring).raw());
    return order;
}

/// The kernel's list operations, literally: a circular list through the tables and a head pointer.
class LinkedRing {
public:
    void deposit(std::uint64_t table) {
        if (list_.empty())
            list_.push_back(table);
        else
            list_.insert(std::next(list_.begin()), table), list_.splice(list_.end(), list_, list_.begin());
    }
    std::uint64_t withdraw() {
        const std::uint64_t head = list_.front();
        list_.pop_front();
        return head;
    }
    bool empty() const { return list_.empty(); }

private:
    std::list<std::uint64_t> list_; ///< the circle, cut open before the head
};

} // namespace

TEST(DepositRing, TheOrderThatWasMeasured) {
    DepositRing ring;
    for (std::uint64_t i = 1; i <= 5; ++i)
        depositInto(ring, Pfn(i));
    EXPECT_EQ(withdrawAll(ring), (std::vector<std::uint64_t>{5, 1, 2, 3, 4}));
}

TEST(DepositRing, ADepositAfterAWithdrawal) {
    DepositRing ring;
    for (std::uint64_t i = 1; i <= 3; ++i)
        depositInto(ring, Pfn(i));
    EXPECT_EQ(withdrawFrom(ring), Pfn(3));
    depositInto(ring, Pfn(9));
    EXPECT_EQ(withdrawAll(ring), (std::vector<std::uint64_t>{9, 2, 1}));
}

RC_GTEST_PROP(DepositRing, EqualsTheKernelsList, (std::vector<bool> deposits)) {
    DepositRing ring;
    LinkedRing reference;
    std::uint64_t next = 1;
    for (const bool deposit : deposits) {
        if (deposit || ring.empty()) {
            depositInto(ring, Pfn(next));
            reference.deposit(next++);
        } else {
            RC_ASSERT(withdrawFrom(ring).raw() == reference.withdraw());
        }
        RC_ASSERT(ring.empty() == reference.empty());
    }
}
