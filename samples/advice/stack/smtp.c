/* SPDX-License-Identifier: MIT */
/*
 * A mail server's conversation: each command gets a reply of one to twenty
 * lines, put together in a buffer of its own and copied to the connection.
 * 400,000 calls of 8 to 382 bytes, one live at most, every one freed by the
 * call of reply() that made it. hoist's runs of like size are missed: one reply
 * is rarely as long as the last, the longest run within a factor of 2 is 2.
 *
 * expect: stack reply
 * allow: hoist reply
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct connection {
	char out[4096];
	size_t used;
	unsigned sent;
};

static unsigned state = 11;

static unsigned draw(unsigned below)
{
	state = state * 1664525u + 1013904223u;
	return (state >> 8) % below;
}

static void flush(struct connection *c)
{
	for (size_t i = 0; i < c->used; i += 16)
		c->sent = c->sent * 31 + (unsigned char)c->out[i];
	c->used = 0;
}

static void queue(struct connection *c, const char *text, size_t len)
{
	if (c->used + len > sizeof(c->out))
		flush(c);
	memcpy(c->out + c->used, text, len);
	c->used += len;
}

static size_t put_line(char *to, int code, const char *text, int last)
{
	size_t len = strlen(text);

	to[0] = '0' + code / 100;
	to[1] = '0' + code / 10 % 10;
	to[2] = '0' + code % 10;
	to[3] = last ? ' ' : '-';
	memcpy(to + 4, text, len);
	memcpy(to + 4 + len, "\r\n", 2);
	return len + 6;
}

struct answer {
	int code, lines;
	const char **text;
};

static size_t reply(struct connection *c, const struct answer *a)
{
	size_t room = 0, len = 0;
	char *text;

	for (int i = 0; i < a->lines; i++)
		room += strlen(a->text[i]) + 6;
	text = malloc(room);
	for (int i = 0; i < a->lines; i++)
		len += put_line(text + len, a->code, a->text[i],
				i == a->lines - 1);
	queue(c, text, len);
	free(text);
	return len;
}

/* EHLO, MAIL and RCPT in turn. */
static size_t command(struct connection *c, unsigned turn)
{
	static const char *features[] = {
		"mail.example.org greets you", "PIPELINING", "8BITMIME",
		"SIZE 52428800", "VRFY", "ETRN", "STARTTLS", "DSN", "CHUNKING",
		"SMTPUTF8", "ENHANCEDSTATUSCODES", "AUTH PLAIN LOGIN XOAUTH2",
		"XCLIENT NAME ADDR PROTO HELO", "XFORWARD NAME ADDR",
		"BINARYMIME", "DELIVERBY", "MT-PRIORITY", "NO-SOLICITING",
		"FUTURERELEASE 86400", "LIMITS RCPTMAX=100",
	};
	static const char *fine[] = { "Ok" };
	static const char *no[] = {
		"The recipient's mailbox is full; try again in an hour or so,",
		"or write to postmaster@example.org if it lasts any longer.",
	};
	struct answer a = { 250, 1, fine };

	if (turn % 3 == 0)
		a = (struct answer){ 250, 6 + draw(15), features };
	else if (turn % 3 == 2)
		a = (struct answer){ 452, 2, no };
	return reply(c, &a);
}

int main(void)
{
	static struct connection c;
	size_t bytes = 0;

	for (int i = 0; i < 400000; i++)
		bytes += command(&c, i);
	flush(&c);
	printf("%zu %08x\n", bytes, c.sent);
	return 0;
}
