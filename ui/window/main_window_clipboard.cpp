// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/picture_export.h"
#include "models/text.h"
#include "render/graph_text.h"
#include "render/svg.h"
#include "render/text.h"
#include "window/main_window.h"

#include <QApplication>
#include <QClipboard>
#include <QInputDialog>
#include <QMimeData>
#include <QStatusBar>

/// What is shown, on the clipboard.
namespace pfnscope::ui {

namespace {

QByteArray svg(const view::Diagram& diagram) {
    return QByteArray::fromStdString(render::renderSvg(diagram));
}

/// A form of the picture that a program may want alone.
struct CopyForm {
    const char* name;
    void (*put)(QMimeData& mime, const Pictures& pictures, int column);
};
constexpr CopyForm kForms[] = {
    {"Text of 72 columns (for a mail)",
     [](QMimeData& mime, const Pictures& pictures, int column) {
         mime.setText(qt(render::renderText(pictures.mailDiagram(column))));
     }},
    {"SVG",
     [](QMimeData& mime, const Pictures& pictures, int column) {
         const QByteArray picture = svg(pictures.stampedDiagram(column));
         mime.setData(QStringLiteral("image/svg+xml"), picture);
         mime.setText(QString::fromUtf8(picture)); // an editor takes the source
     }},
    {"PNG", [](QMimeData& mime, const Pictures& pictures,
               int column) { mime.setImageData(toImage(pictures.stampedDiagram(column))); }},
    {"Graphviz DOT", [](QMimeData& mime, const Pictures& pictures,
                        int column) { mime.setText(qt(render::renderDot(pictures.stampedDiagram(column)))); }},
    {"Mermaid", [](QMimeData& mime, const Pictures& pictures,
                   int column) { mime.setText(qt(render::renderMermaid(pictures.stampedDiagram(column)))); }},
};

} // namespace

void MainWindow::copyPicture() {
    if (!session_.isOpen())
        return;
    const int column = session_.activeColumn();
    const view::Diagram diagram = pictures_.stampedDiagram(column);
    auto* mime = new QMimeData;
    mime->setText(qt(render::renderText(pictures_.mailDiagram(column))));
    mime->setData(QStringLiteral("image/svg+xml"), svg(diagram));
    mime->setImageData(toImage(diagram));
    QApplication::clipboard()->setMimeData(mime);
    statusBar()->showMessage(tr("Copied as text, SVG and PNG."));
}

void MainWindow::copyAs() {
    if (!session_.isOpen())
        return;
    QStringList forms;
    for (const CopyForm& form : kForms)
        forms << tr(form.name);
    Pane* focused = nullptr; // asked before the dialog takes the keys
    for (Pane* pane : panes_) {
        if (pane->isAncestorOf(QApplication::focusWidget()))
            focused = pane;
    }
    if (focused != nullptr)
        forms << tr("The pane \"%1\" as text").arg(focused->title());
    bool given = false;
    const QString chosen = QInputDialog::getItem(this, tr("Copy as"), tr("Form"), forms, 0, false, &given);
    if (!given)
        return;
    auto* mime = new QMimeData;
    const auto index = std::size_t(forms.indexOf(chosen));
    if (index < std::size(kForms))
        kForms[index].put(*mime, pictures_, session_.activeColumn());
    else
        mime->setText(focused->asText());
    QApplication::clipboard()->setMimeData(mime);
    statusBar()->showMessage(tr("Copied: %1").arg(chosen));
}

} // namespace pfnscope::ui
