// Objects of a model as fuzz input: after one another, each {u16 class, u32 owner, u32 size, state}, little-endian.
#pragma once

#include <cstring>
#include <span>
#include <string>

#include "container/writer.h"
#include "registry/program_types.h"
#include "type/class.h"

namespace pratique::fuzz {

struct ObjectHead {
  uint16_t type;   // index into ProgramTypes().classes(), modulo their number
  uint32_t owner;  // 1 + index of the owner
  uint32_t size;
};

// What is cut off at the end becomes the last state.
inline FileToWrite ReadObjects(std::span<const uint8_t> input) {
  const auto classes = ProgramTypes().classes();
  FileToWrite file;
  auto take = [&](void* to, size_t n) {
    n = std::min(n, input.size());
    std::memcpy(to, input.data(), n);
    input = input.subspan(n);
  };
  while (!input.empty() && file.objects.size() < 64) {
    ObjectHead head{};
    take(&head.type, sizeof head.type);
    take(&head.owner, sizeof head.owner);
    take(&head.size, sizeof head.size);
    ObjectToWrite object{std::string(classes[head.type % classes.size()]->name), "part", "", head.owner, ""};
    object.state.resize(std::min<size_t>(head.size, input.size()));
    take(object.state.data(), object.state.size());
    file.objects.push_back(std::move(object));
  }
  if (!file.objects.empty()) file.objects.back().owner = 0;
  return file;
}

inline std::string WriteObjects(const FileToWrite& file) {
  const auto classes = ProgramTypes().classes();
  std::string out;
  for (const ObjectToWrite& object : file.objects) {
    ObjectHead head{0, object.owner, static_cast<uint32_t>(object.state.size())};
    while (classes[head.type]->name != object.type) ++head.type;
    out.append(reinterpret_cast<const char*>(&head.type), sizeof head.type);
    out.append(reinterpret_cast<const char*>(&head.owner), sizeof head.owner);
    out.append(reinterpret_cast<const char*>(&head.size), sizeof head.size);
    out += object.state;
  }
  return out;
}

}  // namespace pratique::fuzz
