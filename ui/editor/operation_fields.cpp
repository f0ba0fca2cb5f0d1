// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/operation_fields.h"

#include "models/text.h"
#include "scenario/fields.h"

#include <QRegularExpression>

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

const QStringList kTopKeys{QStringLiteral("title"),    QStringLiteral("about"),    QStringLiteral("arch"),
                           QStringLiteral("drivers"),  QStringLiteral("options"),  QStringLiteral("steps"),
                           QStringLiteral("expect"),   QStringLiteral("debug_vm"), QStringLiteral("kernel"),
                           QStringLiteral("geometry"), QStringLiteral("teardown"), QStringLiteral("cpu")};
const QStringList kBesideKeys{QStringLiteral("process"), QStringLiteral("cpu"), QStringLiteral("say"),
                              QStringLiteral("ask")};

QStringList operationNames() {
    QStringList names;
    for (const OperationSpec& spec : operationSpecs())
        names << spec.name;
    return names << QStringLiteral("mark") << QStringLiteral("overlap");
}

/// Offsets of the steps: each begins at its "- ".
QList<int> stepOffsets(const QString& text) {
    QList<int> offsets;
    static const QRegularExpression steps(QStringLiteral("^steps:\\s*$"),
                                          QRegularExpression::MultilineOption);
    const auto head = steps.match(text);
    if (!head.hasMatch())
        return offsets;
    int indent = -1;
    for (qsizetype at = text.indexOf(u'\n', head.capturedEnd()) < 0 ? text.size() : head.capturedEnd() + 1;
         at < text.size();) {
        const qsizetype end = text.indexOf(u'\n', at);
        const QString line = text.mid(at, (end < 0 ? text.size() : end) - at);
        const qsizetype spaces = line.size() - QStringView(line).trimmed().size() == line.size()
                                     ? 0
                                     : line.indexOf(QRegularExpression(QStringLiteral("\\S")));
        const bool isItem = QStringView(line).trimmed().startsWith(QStringLiteral("- "));
        if (isItem && indent < 0)
            indent = int(spaces);
        if (isItem && spaces == indent)
            offsets << int(at + spaces);
        else if (!line.isEmpty() && !line.front().isSpace() && line.front() != u'#')
            break; // the next key of the file
        if (end < 0)
            break;
        at = end + 1;
    }
    return offsets;
}

/// Behind the brace that closes the one at `open`; -1: it is not closed.
qsizetype closingBrace(const QString& text, qsizetype open) {
    int depth = 0;
    QChar quote;
    for (qsizetype at = open; at < text.size(); ++at) {
        const QChar letter = text[at];
        if (!quote.isNull()) {
            if (letter == quote)
                quote = {};
        } else if (letter == u'"' || letter == u'\'') {
            quote = letter;
        } else if (letter == u'{' || letter == u'[') {
            ++depth;
        } else if ((letter == u'}' || letter == u']') && --depth == 0) {
            return at + 1;
        }
    }
    return -1;
}

/// "at: bar + 1M, size: 4K" in its parts; commas inside brackets and quotes do not part.
QList<std::pair<QString, QString>> pairsOf(const QString& inside) {
    QList<std::pair<QString, QString>> pairs;
    int depth = 0;
    QString part;
    const auto finish = [&] {
        const qsizetype colon = part.indexOf(u':');
        if (colon > 0)
            pairs << std::pair(part.left(colon).trimmed(), part.mid(colon + 1).trimmed());
        part.clear();
    };
    for (const QChar letter : inside) {
        depth += letter == u'{' || letter == u'[' ? 1 : letter == u'}' || letter == u']' ? -1 : 0;
        if (letter == u',' && depth == 0)
            finish();
        else
            part += letter == u'\n' ? QChar(u' ') : letter;
    }
    finish();
    return pairs;
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

QStringList wordsFor(const QString& line) {
    static const QRegularExpression step(QStringLiteral("^\\s*-\\s+(\\w+):\\s*\\{([^}]*)$")),
        name(QStringLiteral("^\\s*-\\s+\\w*$"));
    static const QRegularExpression value(QStringLiteral("(?:^|,)\\s*(\\w+):\\s*\\w*$"));
    const auto inside = step.match(line);
    if (inside.hasMatch()) {
        const OperationSpec* spec = operationSpec(inside.captured(1));
        const auto key = value.match(inside.captured(2));
        QStringList keys;
        for (const FieldSpec& field : spec ? spec->fields : QList<FieldSpec>{}) {
            if (key.hasMatch() && field.key == key.captured(1))
                return field.words;
            keys << field.key + QStringLiteral(": ");
        }
        return key.hasMatch() ? QStringList{} : keys;
    }
    QStringList words;
    if (name.match(line).hasMatch())
        words = operationNames();
    else if (line.isEmpty() || !line.front().isSpace())
        words = kTopKeys;
    else if (!line.contains(u':'))
        words = kBesideKeys;
    for (QString& word : words)
        word += QStringLiteral(": ");
    return words;
}

std::optional<StepText> stepTextAt(const QString& text, int index) {
    const QList<int> offsets = stepOffsets(text);
    if (index < 0 || index >= offsets.size())
        return std::nullopt;
    static const QRegularExpression head(QStringLiteral("-\\s+(\\w+):[ \\t]*"));
    const auto match = head.match(text, offsets[index], QRegularExpression::NormalMatch,
                                  QRegularExpression::AnchorAtOffsetMatchOption);
    const OperationSpec* spec = match.hasMatch() ? operationSpec(match.captured(1)) : nullptr;
    if (!spec)
        return std::nullopt;
    StepText step;
    step.operation = spec->name;
    step.begin = int(match.capturedStart(1));
    const qsizetype at = match.capturedEnd();
    if (at < text.size() && text[at] == u'{') {
        const qsizetype end = closingBrace(text, at);
        if (end < 0)
            return std::nullopt;
        step.end = int(end);
        step.values = pairsOf(text.mid(at + 1, end - at - 2));
        return step;
    }
    const qsizetype lineEnd = text.indexOf(u'\n', at);
    step.end = int(lineEnd < 0 ? text.size() : lineEnd);
    if (spec->scalar.isEmpty())
        return std::nullopt; // the keys stand on lines of their own: to be edited there
    step.values = {{QString(), text.mid(at, step.end - at).trimmed()}};
    return step;
}

std::optional<int> stepAtOffset(const QString& text, int offset) {
    const QList<int> offsets = stepOffsets(text);
    std::optional<int> found;
    for (int i = 0; i < offsets.size() && offsets[i] <= offset; ++i)
        found = i;
    return found;
}

QString toYaml(const QString& operation, const QList<std::pair<QString, QString>>& values) {
    QStringList parts;
    for (const auto& [key, value] : values) {
        if (key.isEmpty())
            return operation + QStringLiteral(": ") + value;
        if (!value.isEmpty())
            parts << key + QStringLiteral(": ") + value;
    }
    return operation + QStringLiteral(": {") + parts.join(QStringLiteral(", ")) + u'}';
}

} // namespace pfnscope::ui
