// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/canvas_column.h"
#include "help/help_window.h"
#include "help/shortcut_sheet.h"
#include "models/text.h"
#include "panels/matrix_pane.h"
#include "panels/table_pane.h"
#include "window/address_input.h"
#include "window/main_window.h"
#include "window/palette_dialog.h"
#include "window/settings.h"
#include "window/settings_dialog.h"
#include "window/start_page.h"

#include <QAction>
#include <QApplication>
#include <QDockWidget>
#include <QInputDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QShortcut>
#include <QStatusBar>
#include <QTableWidget>

/// What the actions do.
namespace pfnscope::ui {

void MainWindow::wireEdit() {
    using enum ActionId;
    actions_.on(EditCopy, [this] { copyPicture(); });
    actions_.on(EditCopyAs, [this] { copyAs(); });
    actions_.on(EditFind, [this] {
        QDockWidget* dock = docks_.dock(QStringLiteral("pane.events"));
        dock->show();
        dock->raise();
        static_cast<TablePane*>(dock->widget())->focusSearch();
    });
    actions_.on(EditSettings, [this] {
        SettingsDialog dialog(this);
        if (dialog.exec() != QDialog::Accepted)
            return;
        actions_.action(ViewReduceMotion)->setChecked(Settings::reducesMotion());
        setTheme(Settings::theme());
    });
}

void MainWindow::wireView() {
    using enum ActionId;
    const auto onCanvas = [this](ActionId id, auto answer) {
        actions_.on(id, [this, answer] {
            if (CanvasView* view = canvas())
                answer(*view);
        });
    };
    onCanvas(ViewFit, [](CanvasView& view) { view.fit(); });
    onCanvas(ViewZoomIn, [](CanvasView& view) { view.zoom(1.25); });
    onCanvas(ViewZoomOut, [](CanvasView& view) { view.zoom(0.8); });
    onCanvas(ViewInto, [](CanvasView& view) { view.zoomInto(); });
    actions_.on(ViewMap, [this] {
        for (CanvasColumn* column : columns_)
            column->canvas().setMapVisible(actions_.action(ViewMap)->isChecked());
    });
    actions_.on(ViewGoTo, [this] { goToAddress(); });
    actions_.on(ViewFilter, [this] {
        filter_->setVisible(session_.isOpen());
        filter_->setFocus();
        filter_->selectAll();
    });
    actions_.on(ViewPalette, [this] {
        PaletteDialog dialog(actions_, this);
        dialog.move(mapToGlobal(QPoint((width() - dialog.width()) / 2, 60)));
        dialog.exec();
    });
    const std::pair<ActionId, Preset> presets[] = {
        {ViewExplore, Preset::Explore}, {ViewReview, Preset::Review}, {ViewTeach, Preset::Teach}, {ViewMinimal, Preset::Minimal}, {ViewReset, Preset::Explore}};
    for (const auto& [id, preset] : presets)
        actions_.on(id, [this, preset] { applyPreset(preset); });
    const std::pair<ActionId, ThemeKind> themes[] = {{ViewLight, ThemeKind::Light}, {ViewDark, ThemeKind::Dark}, {ViewPrintColours, ThemeKind::Print}};
    for (const auto& [id, kind] : themes)
        actions_.on(id, [this, kind] {
            Settings::setTheme(kind);
            setTheme(kind);
        });
    QAction* still = actions_.action(ViewReduceMotion);
    still->setChecked(Settings::reducesMotion());
    actions_.on(ViewReduceMotion, [this, still] {
        Settings::setReducesMotion(still->isChecked());
        applyLook();
    });
    actions_.on(ViewFullScreen, [this] {
        setWindowState(windowState().setFlag(Qt::WindowFullScreen, actions_.action(ViewFullScreen)->isChecked()));
    });
}

void MainWindow::makeFilter() {
    filter_->setObjectName(QStringLiteral("filter"));
    filter_->setPlaceholderText(
        tr("Dim what does not hold this text: a table, an address, pfn 0x..., sp, RO; Esc ends it"));
    filter_->setClearButtonEnabled(true);
    filter_->hide();
    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
        for (CanvasColumn* column : columns_)
            column->canvas().setFilter(text);
    });
    connect(filter_, &QLineEdit::returnPressed, this, [this] {
        if (CanvasView* view = canvas())
            view->setFocus();
    });
    auto* end = new QShortcut(QKeySequence(Qt::Key_Escape), filter_);
    end->setContext(Qt::WidgetShortcut);
    connect(end, &QShortcut::activated, this, &MainWindow::endFilter);
}

void MainWindow::endFilter() {
    filter_->clear();
    filter_->hide();
    if (CanvasView* view = canvas())
        view->setFocus();
}

void MainWindow::goToDifference(Direction direction) {
    if (!session_.isOpen())
        return;
    const std::vector<bool>& differs = pictures_.divergentSteps();
    const int now = session_.step() ? int(*session_.step()) : -1;
    const int stride = direction == Direction::Forward ? 1 : -1;
    for (int step = now + stride; step >= 0 && step < int(differs.size()); step += stride) {
        if (differs[std::size_t(step)]) {
            session_.moveToStep(std::size_t(step));
            return;
        }
    }
    statusBar()->showMessage(tr("The columns do not differ any further that way."));
}

void MainWindow::wireCompare() {
    using enum ActionId;
    actions_.on(CompareOptions, [this] { chooseOptions(); });
    actions_.on(CompareNext, [this] { goToDifference(Direction::Forward); });
    actions_.on(ComparePrevious, [this] { goToDifference(Direction::Back); });
    actions_.on(CompareFirst, [this] {
        if (const auto first = session_.isOpen() ? pictures_.firstDivergence() : std::nullopt)
            session_.moveToStep(*first);
    });
    actions_.on(CompareMarks, [this] {
        const bool first = actions_.action(CompareMarks)->isChecked();
        pictures_.setMarks(first ? MarksAgainst::FirstColumn : MarksAgainst::StepBefore);
        refreshColumns();
        statusBar()->showMessage(first ? tr("Marks: against the first column.")
                                       : tr("Marks: against the step before."));
    });
    auto* matrix = static_cast<MatrixPane*>(pane(QStringLiteral("pane.matrix")));
    connect(matrix, &MatrixPane::chosen, this, &MainWindow::openCounterexample);
    actions_.on(CompareMatrix, [this, matrix] {
        QDockWidget* dock = docks_.dock(matrix->objectName());
        dock->show();
        dock->raise();
        if (matrix->table().rowCount() == 0)
            matrix->start();
    });
}

void MainWindow::openCounterexample(const QString& path, const QString& option) {
    const QString reference = session_.isOpen() ? qt(session_.column(0).option.name) : QString();
    Settings::setOptions(reference.isEmpty() || reference == option ? QStringList{option} : QStringList{reference, option});
    if (!openFile(path))
        return;
    const int last = session_.columnCount() - 1;
    const auto& findings = session_.column(last).report.findings;
    if (findings.empty())
        return;
    session_.setActiveColumn(last);
    session_.moveToStep(findings.front().step);
    if (const auto place = findEntry(session_.active().state(), toText(findings.front().va)); place)
        session_.select(session_.selectionOf(last, place->table, place->index));
}

void MainWindow::wireHelp() {
    using enum ActionId;
    actions_.on(HelpManual, [this] {
        auto* help = findChild<HelpWindow*>();
        if (help == nullptr)
            help = new HelpWindow(this);
        help->show();
        help->raise();
        help->activateWindow();
    });
    actions_.on(HelpShortcuts, [this] { ShortcutSheet(this).exec(); });
    actions_.on(HelpAbout, [this] {
        QMessageBox::about(this, tr("About pfnscope"),
                           tr("<b>pfnscope %1</b>"
                              "<p>Linux: mm/ of 6.12.117, where the two differ of 7.1, for x86-64; from reading the sources and from records of "
                              "a 6.12.117. No text of the kernel is in the program."
                              "<p>Hardware: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3 (2023), chapters "
                              "\"Paging\" and \"Memory Cache Control\"."
                              "<p>What is simplified stands in the manual under \"Limits\" (F1)."
                              "<p>GPL-3.0-or-later. Qt %2, QCustomPlot. Fonts: DejaVu.")
                               .arg(QStringLiteral(PFNSCOPE_VERSION), QString::fromLatin1(qVersion())));
    });
}

} // namespace pfnscope::ui
