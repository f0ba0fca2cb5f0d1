// SPDX-License-Identifier: GPL-3.0-or-later
#include "explore/symmetry.h"

#include <algorithm>
#include <initializer_list>

namespace pfnscope::explore {
namespace {

bool hasProcesses(Symmetry symmetry) {
    return symmetry == Symmetry::Processes || symmetry == Symmetry::ProcessesAndSlots;
}
bool hasSlots(Symmetry symmetry) {
    return symmetry == Symmetry::Slots || symmetry == Symmetry::ProcessesAndSlots;
}

std::uint8_t otherSlot(std::uint8_t slot) {
    return slot < 2 ? static_cast<std::uint8_t>(1 - slot) : slot;
}

bool hasPlace(Verb verb) {
    return verb != Verb::Fork && verb != Verb::Exit && verb != Verb::FailAlloc;
}

bool isClosed(const Alphabet& alphabet, Symmetry symmetry) {
    return std::ranges::all_of(alphabet.letters, [&](const Letter& letter) {
        // A second fork would make a third process.
        if (letter.verb == Verb::Fork && letter.process == 1 && alphabet.processes <= 2)
            return true;
        return std::ranges::find(alphabet.letters, mirrored(letter, symmetry)) != alphabet.letters.end();
    });
}

bool treatsSlotsAlike(const Alphabet& alphabet) {
    return std::ranges::none_of(alphabet.letters, [&](const Letter& letter) {
        if (letter.verb == Verb::FailAlloc || letter.target.part == Part::BothSlots)
            return true;
        if (letter.verb == Verb::MapAnonymous || letter.verb == Verb::MapShmem || letter.verb == Verb::MapDax)
            return letter.target.slot < 2;
        if (letter.verb == Verb::MapDevice)
            return alphabet.setupNamed(letter.setup)->share == mm::Share::Private;
        return false;
    });
}

} // namespace

Letter mirrored(const Letter& letter, Symmetry symmetry) {
    Letter image = letter;
    if (hasProcesses(symmetry))
        image.process = static_cast<std::uint8_t>(3 - letter.process);
    if (hasSlots(symmetry) && hasPlace(letter.verb)) {
        image.target.slot = otherSlot(letter.target.slot);
        image.toSlot = otherSlot(letter.toSlot);
    }
    return image;
}

std::vector<Symmetry> symmetriesOf(const Alphabet& alphabet) {
    std::vector<Symmetry> found{Symmetry::Identity};
    const bool slotsAlike = treatsSlotsAlike(alphabet);
    for (const Symmetry symmetry : {Symmetry::Processes, Symmetry::Slots, Symmetry::ProcessesAndSlots})
        if ((slotsAlike || !hasSlots(symmetry)) && isClosed(alphabet, symmetry))
            found.push_back(symmetry);
    return found;
}

Renaming::Renaming(Symmetry symmetry, const Layout& layout)
    : swapsProcesses_(hasProcesses(symmetry)), swapsSlots_(hasSlots(symmetry)), first_(layout.slotStart(0)),
      second_(layout.slotStart(1)), slot_(layout.geometry().pmdSize()), slotPages_(slot_.pages()),
      deviceBase_(layout.deviceBase()), othersBase_(layout.othersBase()) {}

bool Renaming::appliesTo(const machine::State& state) const {
    if (swapsProcesses_ && state.processes.size() != 2)
        return false;
    return !swapsSlots_ || std::ranges::none_of(state.vmas, [&](const auto& vma) {
        const VirtRange& range = vma.second.range;
        return range.start < second_ && range.end > second_;
    });
}

} // namespace pfnscope::explore
