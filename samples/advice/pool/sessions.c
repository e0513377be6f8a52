/* SPDX-License-Identifier: MIT */
/*
 * Sessions of a game server: 60 begin each tick, and each lasts about 47
 * ticks. All would suit a pool, but blocks are reused too seldom: 54,000
 * calls, at most 2,847 live, turnover 19.0, under 20.
 *
 * near: pool turnover
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TICKS 900
#define PER_TICK 60
#define LASTING 47
#define WHEEL 64

struct session {
	struct session *next;
	uint32_t player, score;
	uint8_t board[232];
};

/* A timer wheel: the sessions that end at each of the coming ticks. */
static struct session *wheel[WHEEL];
static uint32_t seed = 5;

static uint32_t draw(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8;
}

static void wheel_add(struct session *session, unsigned when)
{
	session->next = wheel[when % WHEEL];
	wheel[when % WHEEL] = session;
}

static struct session *session_open(uint32_t player)
{
	struct session *session = malloc(sizeof(*session));

	if (!session)
		exit(1);
	session->player = player;
	session->score = 0;
	memset(session->board, player & 0xff, sizeof(session->board));
	return session;
}

/* Some moves: the real work of a session. */
static void session_play(struct session *session, int moves)
{
	uint32_t at = session->player;

	while (moves--) {
		at = at * 2654435761u + 1;
		uint8_t *cell = &session->board[(at >> 16) % 232];

		session->score += *cell ^ (at >> 24);
		*cell = session->score;
	}
}

static uint32_t sessions_close(unsigned now)
{
	uint32_t score = 0;
	struct session *session;

	while ((session = wheel[now % WHEEL])) {
		wheel[now % WHEEL] = session->next;
		score ^= session->score + session->player;
		free(session);
	}
	return score;
}

int main(void)
{
	uint32_t score = 0, player = 0;

	for (unsigned now = 0; now < TICKS; now++) {
		score += sessions_close(now);
		for (int i = 0; i < PER_TICK; i++) {
			struct session *session = session_open(player++);

			session_play(session, 400);
			wheel_add(session, now + LASTING - 4 + draw() % 9);
		}
	}
	for (unsigned now = 0; now < WHEEL; now++)
		score += sessions_close(now);
	printf("score %u\n", score);
	return 0;
}
