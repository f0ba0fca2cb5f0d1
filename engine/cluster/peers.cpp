// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/peers.h"

#include "cluster/packing.h"

namespace pfnscope::cluster {

std::optional<std::vector<Message>> Peers::exchange(std::vector<Message> outgoing) {
    for (unsigned to = 0; to < size(); ++to)
        if (to != rank())
            sent_ += outgoing[to].size();
    auto arrived = carry(std::move(outgoing));
    isBroken_ = !arrived;
    return arrived;
}

std::optional<std::vector<Message>> tellAll(Peers& peers, const Message& message) {
    return peers.exchange(std::vector<Message>(peers.size(), message));
}

Error goneError() {
    return {ErrorKind::CannotRead, {}, "a rank that is gone", "all ranks of the search"};
}

Result<void> agree(Peers& peers, const Result<void>& own) {
    Message message;
    if (!own) {
        pack(message, own.error().kind);
        for (const std::string& text : {own.error().place.file, own.error().found, own.error().expected})
            packVector(message, text);
    }
    const auto all = tellAll(peers, message);
    if (!all)
        return fail(goneError());
    for (const Message& said : *all) {
        if (said.empty())
            continue;
        Unpacker from(said);
        Error error;
        error.kind = from.take<ErrorKind>();
        error.place.file = takeText(from);
        error.found = takeText(from);
        error.expected = takeText(from);
        return fail(std::move(error));
    }
    return {};
}

} // namespace pfnscope::cluster
