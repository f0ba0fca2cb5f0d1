// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas/picture_export.h"

#include "models/text.h"

#include <QBuffer>
#include <QHashSeed>
#include <QPainter>
#include <QPdfWriter>
#include <QScopeGuard>

#include <cctype>
#include <cmath>
#include <cstring>

namespace pfnscope::ui {

namespace {

constexpr double kPointsPerUnit = 0.75; ///< a unit is a pixel of 96 to the inch
constexpr int kPdfResolution = 1200;

QPageSize pageSize(const view::Diagram& diagram) {
    return QPageSize(DiagramPainter::size(diagram) * kPointsPerUnit, QPageSize::Point);
}

QSize pixelsOf(const view::Diagram& diagram, double scale) {
    const QSizeF size = DiagramPainter::size(diagram) * scale;
    return QSize(int(std::ceil(size.width())), int(std::ceil(size.height()))).expandedTo({1, 1});
}

void stamp(QImage& image, const view::Stamp& stamp) {
    const auto set = [&image](const char* key, const std::string& words) {
        image.setText(QString::fromLatin1(key), qt(words));
    };
    set("Software", "pfnscope " + stamp.version);
    set("Description", view::toText(stamp));
    set("Scenario", stamp.scenario);
    set("Option", stamp.option);
    set("Step", std::to_string(stamp.step) + "/" + std::to_string(stamp.steps));
    set("Hash", stamp.hash);
}

/// The part of the picture that begins at this pixel.
QImage draw(const view::Diagram& diagram, const PngOptions& options, double scale, const QRect& part) {
    const bool transparent = options.backdrop == Backdrop::Transparent;
    const Theme theme(options.theme);
    QImage image(part.size(), transparent ? QImage::Format_ARGB32_Premultiplied : QImage::Format_RGB32);
    image.fill(transparent ? QColor(Qt::transparent) : theme.background());
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.translate(-part.topLeft());
    painter.scale(scale, scale);
    DiagramPainter(theme).paint(painter, diagram);
    painter.end();
    stamp(image, diagram.stamp);
    return image;
}

QByteArray pngOf(const QImage& image) {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

/// Qt writes the time of day and a random number; both would make every file another one.
void makeReproducible(QByteArray& pdf) {
    const auto blank = [&pdf](const char* begin, const char* end) {
        for (qsizetype at = pdf.indexOf(begin); at >= 0; at = pdf.indexOf(begin, at + 1)) {
            const qsizetype from = at + qsizetype(std::strlen(begin));
            const qsizetype to = pdf.indexOf(end, from);
            for (qsizetype i = from; i < to; ++i) { // a length that changed would move every offset of the file
                if (std::isalnum(static_cast<unsigned char>(pdf[i])) != 0)
                    pdf[i] = '0';
            }
        }
    };
    blank("/CreationDate (D:", ")");
    blank("<xmp:CreateDate>", "<");
    blank("<xmp:ModifyDate>", "<");
    blank("<xmp:MetadataDate>", "<");
    blank("uuid:", "\"");
    blank("/ID [", "]");
}

} // namespace

std::vector<PngTile> toPng(const view::Diagram& diagram, const PngOptions& options) {
    const QSize all = pixelsOf(diagram, options.scale);
    const int side = options.mostPixels;
    const bool whole = all.width() <= side && all.height() <= side;
    std::vector<PngTile> tiles;
    for (int y = 0; y < all.height(); y += side) {
        for (int x = 0; x < all.width(); x += side) {
            const QRect part = QRect(x, y, side, side).intersected({{0, 0}, all});
            const std::string suffix = "-" + std::to_string(y / side + 1) + "-" + std::to_string(x / side + 1);
            tiles.push_back({whole ? "" : suffix, pngOf(draw(diagram, options, options.scale, part))});
        }
    }
    return tiles;
}

QImage toImage(const view::Diagram& diagram, const PngOptions& options) {
    const QSizeF size = DiagramPainter::size(diagram);
    const double scale = std::min(options.scale, options.mostPixels / std::max(size.width(), size.height()));
    return draw(diagram, options, scale, {{0, 0}, pixelsOf(diagram, scale)});
}

QByteArray toPdf(const std::vector<view::Diagram>& pages, const Theme& theme) {
    QByteArray bytes;
    if (pages.empty())
        return bytes;
    // Qt writes the fonts in the order of a hash, whose seed is another one in every process.
    QHashSeed::setDeterministicGlobalSeed();
    const auto seedAgain = qScopeGuard([] { QHashSeed::resetRandomGlobalSeed(); });
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
    makeReproducible(bytes);
    return bytes;
}

} // namespace pfnscope::ui
