// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/picture_export.h"

#include <QBuffer>
#include <QPainter>
#include <QPdfWriter>

#include <cmath>

namespace pfnscope::ui {

namespace {

constexpr double kPointsPerUnit = 0.75; ///< a unit is a pixel of 96 to the inch
constexpr int kPdfResolution = 1200;

QPageSize pageSize(const view::Diagram& diagram) {
    return QPageSize(DiagramPainter::size(diagram) * kPointsPerUnit, QPageSize::Point);
}

} // namespace

QImage toImage(const view::Diagram& diagram, const Theme& theme, double scale) {
    const QSizeF size = DiagramPainter::size(diagram);
    const double fitting = std::min(scale, kMostPixels / std::max(size.width(), size.height()));
    QImage image((size * fitting).toSize().expandedTo({1, 1}), QImage::Format_RGB32);
    image.fill(theme.background());
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.scale(fitting, fitting);
    DiagramPainter(theme).paint(painter, diagram);
    painter.end();
    image.setText(QStringLiteral("Software"), QStringLiteral("pfnscope"));
    image.setText(QStringLiteral("Description"), QString::fromStdString(view::toText(diagram.stamp)));
    return image;
}

QByteArray toPng(const view::Diagram& diagram, const Theme& theme, double scale) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    toImage(diagram, theme, scale).save(&buffer, "PNG");
    return bytes;
}

QByteArray toPdf(const std::vector<view::Diagram>& pages, const Theme& theme) {
    QByteArray bytes;
    if (pages.empty())
        return bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setResolution(kPdfResolution);
    writer.setCreator(QStringLiteral("pfnscope"));
    writer.setTitle(QString::fromStdString(view::toText(pages.front().stamp)));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setPageSize(pageSize(pages.front()));
    QPainter painter(&writer);
    const DiagramPainter diagramPainter(theme);
    const double scale = kPdfResolution * kPointsPerUnit / 72;
    for (std::size_t page = 0; page < pages.size(); ++page) {
        if (page > 0) {
            writer.setPageSize(pageSize(pages[page]));
            writer.newPage();
        }
        painter.resetTransform();
        painter.scale(scale, scale);
        diagramPainter.paint(painter, pages[page]);
    }
    painter.end();
    return bytes;
}

} // namespace pfnscope::ui
