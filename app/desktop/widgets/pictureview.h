#pragma once

#include <QImage>
#include <QWidget>

namespace wsw::desktop {

/// A picture, made smaller where it does not fit, never larger.
class PictureView final : public QWidget
{
    Q_OBJECT
public:
    explicit PictureView(QWidget *parent = nullptr);
    void setPicture(const QImage &picture);
    [[nodiscard]] const QImage &picture() const { return m_picture; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QImage m_picture;
};

} // namespace wsw::desktop
