// Package redis owns what may be forgotten: sessions, login codes, handoffs,
// limits and tokens. Records live in MySQL; losing Redis costs a new login.
package redis
