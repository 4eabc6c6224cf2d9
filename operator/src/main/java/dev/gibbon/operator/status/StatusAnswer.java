package dev.gibbon.operator.status;

/**
 * What is answered to a question.
 *
 * @param status of HTTP
 * @param json the body
 */
public record StatusAnswer(int status, String json) {}
