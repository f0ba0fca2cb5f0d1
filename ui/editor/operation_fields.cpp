// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/operation_fields.h"

#include "models/text.h"
#include "scenario/fields.h"

namespace pfnscope::ui {

namespace {

template <class T, std::size_t N> QStringList wordsOf(const scenario::Words<T, N>& words) {
    QStringList list;
    for (const auto& word : words)
        list << qt(word.word);
    return list;
}

/// Visits the fields of an operation as reader and writer do, and notes what they are.
class FieldLister {
public:
    QList<FieldSpec> fields;

    void newName(std::string_view key, const std::string&) { add(key, FieldKind::Text); }
    void address(std::string_view key, VirtAddr, Bytes) { add(key, FieldKind::Address); }
    void freeAddress(std::string_view key, VirtAddr) { add(key, FieldKind::Address); }
    void optionalAddress(std::string_view key, const std::optional<VirtAddr>&) {
        add(key, FieldKind::Address, true);
    }
    void size(std::string_view key, Bytes, std::optional<Bytes> absent = std::nullopt) {
        add(key, FieldKind::Size, absent.has_value());
    }
    void length(std::string_view key, Bytes, Bytes) { add(key, FieldKind::Size, true); }
    void flag(std::string_view key, bool, bool) {
        choose(key, {QStringLiteral("true"), QStringLiteral("false")}, true);
    }
    void count(std::string_view key, std::uint32_t, std::uint32_t) { add(key, FieldKind::Number, true); }
    void frames(std::string_view key, Pfn, Bytes) { add(key, FieldKind::Number); }
    void driverOrNull(std::string_view key, const std::optional<mm::Driver>&) { add(key, FieldKind::Text); }
    void knownFile(std::string_view key, const std::string&) { add(key, FieldKind::Text); }
    template <class T, std::size_t N>
    void word(std::string_view key, const T&, const scenario::Words<T, N>& words,
              std::type_identity_t<std::optional<T>> absent = std::nullopt) {
        choose(key, wordsOf(words), absent.has_value());
    }
    void source(const mm::Mmap&) { // what a map shows: see map_reader.cpp
        add("driver", FieldKind::Text, true);
        choose("backing", wordsOf(scenario::kBackingWords), true);
        choose("flags", wordsOf(scenario::kShareWords), true);
        add("file", FieldKind::Text, true);
        add("offset", FieldKind::Size, true);
        add("remap", FieldKind::Text, true);
        add("then_driver", FieldKind::Text, true);
    }

private:
    void add(std::string_view key, FieldKind kind, bool optional = false) {
        fields << FieldSpec{qt(key), kind, {}, optional};
    }
    void choose(std::string_view key, const QStringList& words, bool optional) {
        fields << FieldSpec{qt(key), FieldKind::Choice, words, optional};
    }
};

template <class Op> OperationSpec specOf() {
    OperationSpec spec;
    Op operation;
    spec.name = qt(mm::name(mm::Action(operation)));
    if constexpr (scenario::kHasFields<Op>) {
        FieldLister lister;
        scenario::fields(lister, operation);
        spec.fields = lister.fields;
    } else if constexpr (std::is_same_v<Op, mm::Fork>) {
        spec.scalar = QStringLiteral("the child's name");
    } else if constexpr (std::is_same_v<Op, mm::FailAlloc>) {
        spec.scalar = QStringLiteral("which allocation from now on");
    }
    return spec;
}

template <std::size_t... index> QList<OperationSpec> everySpec(std::index_sequence<index...>) {
    return {specOf<std::variant_alternative_t<index, mm::Action>>()...};
}

} // namespace

const QList<OperationSpec>& operationSpecs() {
    static const QList<OperationSpec> specs =
        everySpec(std::make_index_sequence<std::variant_size_v<mm::Action>>());
    return specs;
}

const OperationSpec* operationSpec(const QString& name) {
    for (const OperationSpec& spec : operationSpecs()) {
        if (spec.name == name)
            return &spec;
    }
    return nullptr;
}

} // namespace pfnscope::ui
