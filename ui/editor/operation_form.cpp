// SPDX-License-Identifier: GPL-3.0-or-later
#include "editor/operation_form.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLineEdit>

#include <algorithm>

namespace pfnscope::ui {

namespace {

QString hintOf(const FieldSpec& field) {
    const QString need = field.optional ? OperationForm::tr(" (may be left out)") : QString();
    switch (field.kind) {
    case FieldKind::Address:
        return OperationForm::tr("0x7f0000000000, or a map's name + 1M") + need;
    case FieldKind::Size:
        return OperationForm::tr("4K, 2M, 1G") + need;
    case FieldKind::Number:
        return OperationForm::tr("a number") + need;
    default:
        return need.trimmed();
    }
}

} // namespace

OperationForm::OperationForm(QWidget* parent)
    : QWidget(parent), operation_(new QComboBox), form_(new QFormLayout(this)) {
    setObjectName(QStringLiteral("operationForm"));
    operation_->setObjectName(QStringLiteral("operation"));
    for (const OperationSpec& spec : operationSpecs())
        operation_->addItem(spec.name);
    form_->setContentsMargins(4, 2, 4, 2);
    form_->setVerticalSpacing(3);
    form_->addRow(tr("Operation"), operation_);
    connect(operation_, &QComboBox::currentTextChanged, this, [this](const QString& name) {
        if (filling_)
            return;
        StepValues kept; // what both have in common stays
        const OperationSpec* spec = operationSpec(name);
        for (const auto& [key, editor] : editors_) {
            if (std::any_of(spec->fields.begin(), spec->fields.end(),
                            [&key = key](const FieldSpec& field) { return field.key == key; }))
                kept << std::pair(key, valueOf(key));
        }
        setOperation(name, kept);
        Q_EMIT edited();
    });
    setOperation(operationSpecs().front().name, {});
}

void OperationForm::makeFields(const OperationSpec& spec) {
    while (form_->rowCount() > 1)
        form_->removeRow(1);
    editors_.clear();
    QList<FieldSpec> fields = spec.fields;
    if (!spec.scalar.isEmpty())
        fields << FieldSpec{QString(), FieldKind::Text, {}, false};
    for (const FieldSpec& field : fields) {
        QWidget* editor = nullptr;
        if (field.kind == FieldKind::Choice) {
            auto* choice = new QComboBox;
            if (field.optional)
                choice->addItem(QString());
            choice->addItems(field.words);
            connect(choice, &QComboBox::currentTextChanged, this, [this] {
                if (!filling_)
                    Q_EMIT edited();
            });
            editor = choice;
        } else {
            auto* line = new QLineEdit;
            line->setPlaceholderText(field.key.isEmpty() ? spec.scalar : hintOf(field));
            connect(line, &QLineEdit::textEdited, this, &OperationForm::edited);
            editor = line;
        }
        editor->setObjectName(QStringLiteral("field.") + field.key);
        form_->addRow(field.key.isEmpty() ? tr("value") : field.key, editor);
        editors_ << std::pair(field.key, editor);
    }
}

void OperationForm::setStep(const StepText& step) {
    setOperation(step.operation, step.values);
    indent_ = step.indent;
}

void OperationForm::setOperation(const QString& name, const StepValues& values) {
    const OperationSpec* spec = operationSpec(name);
    if (!spec)
        return;
    filling_ = true;
    operation_->setCurrentText(name);
    makeFields(*spec);
    written_ = values;
    for (const auto& [key, value] : values) {
        if (QWidget* editor = field(key))
            show(*editor, key, value);
    }
    filling_ = false;
}

void OperationForm::show(QWidget& editor, const QString& key, const QString& value) {
    if (auto* line = qobject_cast<QLineEdit*>(&editor)) {
        const bool fits = !value.contains(u'\n');
        line->setReadOnly(!fits);
        line->setText(fits ? value : QString());
        if (!fits)
            line->setPlaceholderText(tr("several lines: edited in the text"));
    }
    if (auto* choice = qobject_cast<QComboBox*>(&editor)) {
        if (choice->findText(value) < 0)
            choice->addItem(value); // not a word of the format, and not for the form to drop
        choice->setCurrentText(value);
    }
    editor.setAccessibleName(key);
}

QWidget* OperationForm::field(const QString& key) const {
    for (const auto& [name, editor] : editors_) {
        if (name == key)
            return editor;
    }
    return nullptr;
}

QString OperationForm::valueOf(const QString& key) const {
    QWidget* editor = field(key);
    if (const auto* choice = qobject_cast<QComboBox*>(editor))
        return choice->currentText();
    const auto* line = qobject_cast<QLineEdit*>(editor);
    return line ? line->text() : QString();
}

QString OperationForm::yaml() const {
    StepValues values;
    QStringList done;
    for (const auto& [key, value] : written_) { // in the order of the file
        const auto* line = qobject_cast<QLineEdit*>(field(key));
        const bool isShown = field(key) != nullptr && !(line && line->isReadOnly());
        values << std::pair(key, isShown ? valueOf(key) : value);
        done << key;
    }
    for (const auto& [key, editor] : editors_) {
        if (!done.contains(key))
            values << std::pair(key, valueOf(key));
    }
    return toYaml(operation_->currentText(), values, indent_);
}

} // namespace pfnscope::ui
