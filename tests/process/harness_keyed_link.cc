#include "tests/process/harness_keyed_link.h"

#include <algorithm>
#include <iterator>
#include <variant>
#include <zmq.hpp>

#include "daemon/key_files.h"
#include "tests/process/harness_group.h"
#include "tests/process/harness_socket.h"
#include "wire/member_messages.h"

namespace groupctl::process_test {
namespace {

using Message = Tampering::Message;
constexpr std::chrono::milliseconds kTurn(10);
/// So far from the end of a message with a record are the record's entries.
constexpr std::size_t kFromEnd = 48;

bool is_frame(const Message& publication) {
  return publication.size() == 3 && !publication[2].empty();
}

bool is_ack(const Message& message) {
  const auto decoded = decode_member_message(message.back());
  return decoded && std::holds_alternative<Ack>(*decoded);
}

bool is_page(const Message& message) {
  const auto decoded = decode_member_reply(message.back());
  const auto* page = decoded ? std::get_if<ReplayPage>(&decoded->reply) : nullptr;
  return page != nullptr && !page->frames.empty();
}

template <class Key>
zmq::const_buffer raw(const Key& key) {
  return zmq::buffer(key.bytes);
}

void serve_with(zmq::socket_t& socket, const KeyPair& server, const std::string& endpoint) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, raw(server.secret_key));
  socket.bind(endpoint);
}

void connect_with(zmq::socket_t& socket, const ClientKeys& keys, const std::string& endpoint) {
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::curve_serverkey, raw(keys.server));
  socket.set(zmq::sockopt::curve_publickey, raw(keys.own.public_key));
  socket.set(zmq::sockopt::curve_secretkey, raw(keys.own.secret_key));
  socket.connect(endpoint);
}

/// The next message that is there; empty: none.
Message receive(zmq::socket_t& socket) {
  Message parts;
  zmq::message_t part;
  while (socket.recv(part, zmq::recv_flags::dontwait)) {
    const auto* data = part.data<std::uint8_t>();
    parts.emplace_back(data, data + part.size());
    if (!part.more()) break;
  }
  return parts;
}

void send(zmq::socket_t& socket, const Message& message) {
  for (std::size_t i = 0; i < message.size(); ++i) {
    const bool last = i + 1 == message.size();
    const auto flags = last ? zmq::send_flags::none : zmq::send_flags::sndmore;
    (void)socket.send(zmq::buffer(message[i]), flags | zmq::send_flags::dontwait);
  }
}

}  // namespace

void Tampering::drop(int count) {
  const std::lock_guard lock(mutex_);
  drops_ = count;
}

void Tampering::change(int count) {
  const std::lock_guard lock(mutex_);
  changes_ = count;
}

void Tampering::repeat(std::size_t times) {
  const std::lock_guard lock(mutex_);
  times_ = times;
}

void Tampering::reorder(std::size_t window) {
  const std::lock_guard lock(mutex_);
  window_ = window;
}

std::vector<Message> Tampering::pass(Message message) {
  const std::lock_guard lock(mutex_);
  if (!reaches_(message)) return {std::move(message)};
  if (drops_ > 0) {
    --drops_;
    ++dropped_;
    return {};
  }
  if (changes_ > 0 && message.back().size() > kFromEnd) {
    --changes_;
    ++changed_;
    message.back()[message.back().size() - kFromEnd] ^= 1;
  }
  if (window_ > 1) {
    held_.push_back(std::move(message));
    return held_.size() < window_ ? std::vector<Message>{} : shuffled();
  }
  if (times_ > 1) ++repeated_;
  return std::vector<Message>(times_, message);
}

std::vector<Message> Tampering::release() {
  const std::lock_guard lock(mutex_);
  return window_ > 1 ? std::vector<Message>{} : shuffled();
}

std::vector<Message> Tampering::shuffled() {
  for (std::size_t i = held_.size(); i > 1; --i) std::swap(held_[i - 1], held_[pcg_.below(i)]);
  reordered_ += static_cast<int>(held_.size());
  return std::exchange(held_, {});
}

struct KeyedLink::Sockets {
  zmq::context_t context;
  zmq::socket_t member{context, zmq::socket_type::router};
  zmq::socket_t coordinator{context, zmq::socket_type::dealer};
  zmq::socket_t listeners{context, zmq::socket_type::xpub};
  zmq::socket_t publisher{context, zmq::socket_type::xsub};
  Bytes routing_id{};  // of the member's last connection
};

KeyedLink::KeyedLink(const Group& group, const std::string& member, const std::string& host)
    : commands(is_frame), acks(is_ack), pages(is_page), sockets_(std::make_unique<Sockets>()) {
  const auto server = read_secret_key(secret_file(key_dir().string(), kCoordinatorKey));
  GROUPCTL_INVARIANT(server.has_value(), "init has made keys");
  const ClientKeys keys = group.keys_of(member);
  const auto beside = [&](const char* plane) {
    return TcpAddress{host, address_of(group.endpoint(plane)).port}.endpoint();
  };
  member_endpoint_ = beside("member");
  serve_with(sockets_->member, *server, member_endpoint_);
  serve_with(sockets_->listeners, *server, beside("command"));
  connect_with(sockets_->coordinator, keys, group.endpoint("member"));
  connect_with(sockets_->publisher, keys, group.endpoint("command"));
  thread_ = std::thread([this] { run(); });
}

KeyedLink::~KeyedLink() {
  stopping_ = true;
  thread_.join();
}

void KeyedLink::run() {
  Sockets& all = *sockets_;
  const auto publish = [&](const std::vector<Message>& messages) {
    for (const Message& one : messages) send(all.listeners, one);
  };
  const auto ask = [&](const std::vector<Message>& messages) {
    for (const Message& one : messages) send(all.coordinator, one);
  };
  const auto answer = [&](const std::vector<Message>& messages) {
    for (Message one : messages) {
      one.insert(one.begin(), all.routing_id);
      send(all.member, one);
    }
  };
  while (!stopping_) {
    std::array<zmq::pollitem_t, 4> items;
    std::array<zmq::socket_t*, 4> sockets = {&all.member, &all.coordinator, &all.listeners,
                                             &all.publisher};
    for (std::size_t i = 0; i < items.size(); ++i) items[i] = {*sockets[i], 0, ZMQ_POLLIN, 0};
    zmq::poll(items, kTurn);
    for (Message m = receive(all.member); !m.empty(); m = receive(all.member)) {
      all.routing_id = m.front();
      m.erase(m.begin());
      ask(acks.pass(std::move(m)));
    }
    for (Message m = receive(all.coordinator); !m.empty(); m = receive(all.coordinator)) {
      answer(pages.pass(std::move(m)));
    }
    for (Message m = receive(all.listeners); !m.empty(); m = receive(all.listeners)) {
      send(all.publisher, m);
    }
    for (Message m = receive(all.publisher); !m.empty(); m = receive(all.publisher)) {
      publish(commands.pass(std::move(m)));
    }
    publish(commands.release());
    ask(acks.release());
    answer(pages.release());
  }
}

}  // namespace groupctl::process_test
