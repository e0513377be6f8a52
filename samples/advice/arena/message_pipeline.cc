/* SPDX-License-Identifier: MIT */
/*
 * One thread parses messages into lists of fields, another compares each with
 * the one before and then frees that one. 120,000 fields, 40 a message, one
 * epoch in the whole run. The fields belong to no call of the parser's thread:
 * there is always one message on its way.
 *
 * near: arena epochs: live bytes under parse() never return to 0
 * allow: handoff parse
 */
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

struct Field {
	Field *next;
	unsigned tag, value;
};

constexpr int messages = 3000, fields = 40;

class Channel {
public:
	void push(Field *message)
	{
		std::unique_lock<std::mutex> lock(mutex);
		changed.wait(lock, [this] { return count < slots; });
		ring[(first + count++) % slots] = message;
		changed.notify_all();
	}
	Field *pop()
	{
		std::unique_lock<std::mutex> lock(mutex);
		changed.wait(lock, [this] { return count > 0; });
		Field *message = ring[first];
		first = (first + 1) % slots;
		count--;
		changed.notify_all();
		return message;
	}

private:
	static constexpr int slots = 64;
	std::mutex mutex;
	std::condition_variable changed;
	Field *ring[slots];
	int first = 0, count = 0;
};

[[gnu::noinline]] Field *parse(unsigned &seed)
{
	Field *first = nullptr;

	for (int i = 0; i < fields; i++) {
		unsigned hash = 0;
		for (int j = 0; j < 30; j++) {
			seed = seed * 1664525 + 1013904223;
			hash = hash * 31 + (seed >> 24);
		}
		first = new Field{ first, unsigned(i), hash };
	}
	return first;
}

void destroy(Field *field)
{
	while (field) {
		Field *next = field->next;
		delete field;
		field = next;
	}
}

unsigned differences(const Field *a, const Field *b)
{
	unsigned sum = 0;

	for (; a && b; a = a->next, b = b->next)
		sum += a->tag * 7 + (a->value ^ b->value) % 101;
	return sum;
}

void consume(Channel &channel, unsigned &sum)
{
	Field *last = channel.pop();

	for (int i = 1; i < messages; i++) {
		Field *message = channel.pop();
		sum += differences(last, message);
		destroy(last);
		last = message;
	}
	destroy(last);
}

} // namespace

int main()
{
	Channel channel;
	unsigned sum = 0, seed = 8;
	std::thread consumer(consume, std::ref(channel), std::ref(sum));

	for (int i = 0; i < messages; i++)
		channel.push(parse(seed));
	consumer.join();
	std::printf("%u\n", sum);
}
