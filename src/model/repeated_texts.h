// Texts that repeat as indexes of those that were met, told by where they lie: a category is met at one place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pratique {

class RepeatedTexts {
 public:
  // Memory that was met before may hold other text from now on.
  void BeginBlock() { ++block_; }

  // The index of `text` among those met so far, which it joins where it was not met at this place.
  int32_t IndexOf(std::string_view text) {
    if (places_.empty()) Widen();
    Place* places = places_.data();
    size_t at = SlotOf(text.data());
    for (; places[at].index >= 0; at = (at + 1) & (places_.size() - 1)) {
      Place& place = places[at];
      if (place.data != text.data()) continue;
      if (place.size == text.size() && (place.block == block_ || met_[static_cast<size_t>(place.index)] == text)) {
        place.block = block_;
        return place.index;
      }
      break;  // the place has another text now
    }
    const auto index = static_cast<int32_t>(met_.size());
    places[at] = {text.data(), text.size(), index, block_};
    met_.emplace_back(text);
    if (kSpread * met_.size() >= places_.size()) Widen();
    return index;
  }

  std::vector<std::string> Take() { return std::move(met_); }

 private:
  struct Place {
    const char* data = nullptr;
    size_t size = 0;
    int32_t index = -1;  // none
    uint32_t block = 0;
  };

  static constexpr size_t kSpread = 4;  // slots for a text: so many that most texts are at the first that is asked

  size_t SlotOf(const char* data) const {
    const uint64_t spread = reinterpret_cast<uintptr_t>(data) * uint64_t{0x9E3779B97F4A7C15};
    return static_cast<size_t>(spread >> 32) & (places_.size() - 1);
  }
  void Widen() {
    std::vector<Place> old(places_.empty() ? 256 : 4 * places_.size());
    old.swap(places_);
    for (const Place& place : old) {
      if (place.index < 0) continue;
      size_t at = SlotOf(place.data);
      while (places_[at].index >= 0) at = (at + 1) & (places_.size() - 1);
      places_[at] = place;
    }
  }

  std::vector<Place> places_;  // a power of two of them
  std::vector<std::string> met_;
  uint32_t block_ = 0;
};

}  // namespace pratique
