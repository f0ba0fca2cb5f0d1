// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/launch.h"

#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/mpi/exception.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace pfnscope::cluster {
namespace {

namespace mpi = boost::mpi;
using Clock = std::chrono::steady_clock;

/// What an exchange may still take once the search is to stop. mpirun kills a second after it has asked.
constexpr std::chrono::milliseconds kGrace{500};

/// MPI counts in int.
constexpr std::size_t kPiece = std::size_t{1} << 30;

/// Fruitless looks at the requests, after which the core is left to others.
constexpr unsigned kPatience = 1000;
constexpr std::chrono::microseconds kPause{50};

enum Tag { kSize, kContent };

class MpiPeers final : public Peers {
public:
    explicit MpiPeers(std::stop_token stop)
        : environment_(std::make_unique<mpi::environment>(mpi::threading::funneled)), stop_(std::move(stop)) {
        MPI_Comm_set_errhandler(world_, MPI_ERRORS_RETURN);
    }
    /// Where a rank is gone MPI_Finalize would wait for it for ever.
    ~MpiPeers() override {
        if (isBroken())
            (void)environment_.release();
    }
    MpiPeers(const MpiPeers&) = delete;
    MpiPeers& operator=(const MpiPeers&) = delete;

    unsigned rank() const override { return static_cast<unsigned>(world_.rank()); }
    unsigned size() const override { return static_cast<unsigned>(world_.size()); }

private:
    std::optional<std::vector<Message>> carry(std::vector<Message> outgoing) override {
        try {
            // MPI may touch them until it is done, which it never is if a rank is gone.
            outgoing_ = std::move(outgoing);
            if (!carrySizes() || !carryContents())
                return std::nullopt;
            incoming_[rank()] = std::move(outgoing_[rank()]);
            return std::move(incoming_);
        } catch (const mpi::exception&) {
            return std::nullopt;
        }
    }

    bool carrySizes() {
        sizes_.clear();
        for (const Message& message : outgoing_)
            sizes_.push_back(message.size());
        incomingSizes_.assign(size(), 0);
        forEachOther([this](int other, std::size_t at) {
            requests_.push_back(world_.irecv(other, kSize, incomingSizes_[at]));
            requests_.push_back(world_.isend(other, kSize, sizes_[at]));
        });
        return wait();
    }

    bool carryContents() {
        incoming_.assign(size(), {});
        forEachOther([this](int other, std::size_t at) {
            incoming_[at].resize(incomingSizes_[at]);
            forEachPiece(incoming_[at], [&](unsigned char* start, int count) {
                requests_.push_back(world_.irecv(other, kContent, start, count));
            });
            forEachPiece(outgoing_[at], [&](const unsigned char* start, int count) {
                requests_.push_back(world_.isend(other, kContent, start, count));
            });
        });
        return wait();
    }

    template <class F> void forEachOther(F&& call) {
        for (int other = 0; other < world_.size(); ++other)
            if (other != world_.rank())
                call(other, static_cast<std::size_t>(other));
    }

    template <class F> static void forEachPiece(Message& message, F&& call) {
        auto* const start = reinterpret_cast<unsigned char*>(message.data());
        for (std::size_t at = 0; at < message.size(); at += kPiece)
            call(start + at, static_cast<int>(std::min(kPiece, message.size() - at)));
    }

    /// For all requests; false if that takes too long.
    bool wait() {
        std::optional<Clock::time_point> end;
        for (unsigned looks = 0;; ++looks) {
            std::erase_if(requests_, [](mpi::request& request) { return request.test().has_value(); });
            if (requests_.empty())
                return true;
            if (stop_.stop_requested()) {
                if (!end)
                    end = Clock::now() + kGrace;
                if (Clock::now() > *end)
                    return false;
            }
            if (looks > kPatience)
                std::this_thread::sleep_for(kPause);
        }
    }

    std::unique_ptr<mpi::environment> environment_;
    mpi::communicator world_;
    std::stop_token stop_;
    std::vector<Message> outgoing_, incoming_;
    std::vector<std::size_t> sizes_, incomingSizes_;
    std::vector<mpi::request> requests_;
};

} // namespace

Result<std::unique_ptr<Peers>> joinPeers(std::stop_token stop) {
    return std::make_unique<MpiPeers>(std::move(stop));
}

} // namespace pfnscope::cluster
