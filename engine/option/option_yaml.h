// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/yaml.h"
#include "option/option.h"

#include <functional>
#include <span>
#include <string>

/// Options as YAML: one key a slot, under the slot's name of the rules' table.
namespace pfnscope::option {

class Catalogue;

/// A slot of Option as data: what files call it, the question it answers, and how its value is read and
/// written. The one list from which reader, writer and `pfnscope options` work.
struct Slot {
    std::string_view name;
    std::string_view question;
    Result<void> (*read)(const yaml::Node& value, Option& into);
    std::string (*write)(const Option& option); ///< as flow YAML
    std::string (*words)(const Option& option); ///< for people: "all(vma.pfnmap, not(vma.fault))"
    Rule Option::*rule = nullptr;               ///< of a slot that holds a rule; others hold a word
};
std::span<const Slot> slots();

Result<Rule> readRule(const yaml::Node& node);
/// Flow YAML: "{all: [vma.pfnmap, {not: vma.fault}]}".
std::string toYaml(const Rule& rule);

/// An option is a map: `name`, `title`, `source`, `about`, the slots, and `from`, the name of an option whose
/// slots it starts with (without it: the kernel of today).
Result<Option> readOption(const yaml::Node& node, const Catalogue& known);
/// A block map, every line indented by `indent` spaces. Slots that are as in the kernel of today are left
/// out.
std::string toYaml(const Option& option, unsigned indent = 0);

} // namespace pfnscope::option
